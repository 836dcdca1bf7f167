import pytest

from speech.text import normalize


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("有事打110，急救120", "有事打幺幺零，急救幺二零"),
        ("身高110，体重120", "身高一百一十，体重一百二十"),
        ("010-62781234-8001", "零幺零、六二七八、幺二三四、八零零幺"),
        ("+86 138-1234-5678", "八六、幺三八、幺二三四、五六七八"),
        ("010-62781234转8001", "零幺零、六二七八、幺二三四转八零零幺"),
        ("(021) 6278-1234", "、零二幺、六二七八、幺二三四"),
        ("400-820-8820", "四零零、八二零、八八二零"),
        ("+1 415-555-2671", "幺、四幺五、五五五、二六七幺"),
        ("0755-88886666", "零七五五、八八八八、六六六六"),
        ("110报警", "幺幺零报警"),
        ("110个", "一百一十个"),
        ("打119", "打幺幺九"),
        ("12306订票", "幺二三零六订票"),
        ("拨打95588", "拨打九五五八八"),
        ("客服10015", "客服幺零零幺五"),
        ("400电话", "四零零电话"),
        ("3转10", "三转十"),
    ],
)
def test_telephones(written: str, spoken: str) -> None:
    """A telephone number is spelled in groups, with its country and extension; the same digits as an amount are not."""
    assert spoken == normalize(written)
