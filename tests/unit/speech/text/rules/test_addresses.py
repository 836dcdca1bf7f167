import pytest

from speech.text import normalize


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("192.168.1.1:8080", "一九二点一六八点一点一冒号八零八零"),
        ("https://www.baidu.com", "baidu点com"),
        ("https://example.com/docs", "example点com斜杠docs"),
        ("www.12306.cn", "幺二三零六点cn"),
        ("zhang_san@163.com", "zhang 下划线 san 艾特 幺六三点com"),
        ("123456@qq.com", "幺二三四五六 艾特 qq点com"),
        ("http://localhost:8080/index.html", "localhost冒号八零八零斜杠index点html"),
        ("abc_123", "abc 幺二三"),
    ],
)
def test_addresses(written: str, spoken: str) -> None:
    """Addresses are read sign by sign, their digits one by one."""
    assert spoken == normalize(written)
