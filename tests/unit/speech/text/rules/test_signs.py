import pytest

from speech.text import normalize


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("C++", "C加加"),
        ("C#", "C sharp"),
        ("U.S.A.", "U S A"),
        ("Ph.D.", "Ph D"),
        ("A/B测试", "A、B测试"),
        ("R&D", "R和D"),
        ("Wi-Fi", "Wi Fi"),
        ("5G和WiFi6", "五G和WiFi六"),
        ("Mr. Wang", "Mr Wang"),
        ("vs.", "vs"),
        ("A+", "A加"),
        ("按#号键或*号键", "按井号键或星号键"),
        ("首页>设置>隐私", "首页 设置 隐私"),
        ("这是*重点*内容", "这是 重点 内容"),
        ("√ 完成 △ 注意", "完成 注意"),
    ],
)
def test_signs(written: str, spoken: str) -> None:
    """Latin words stay as they are; signs among them are said, or are a pause."""
    assert spoken == normalize(written)
