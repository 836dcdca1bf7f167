import pytest

from speech.text.readings import read
from speech.text.sandhi import tones


@pytest.mark.parametrize(
    ("han", "expected"),
    [
        ("不是", "24"),
        ("不好", "43"),
        ("不", "4"),
        ("不一样", "424"),
        ("是不是", "454"),
        ("一定", "24"),
        ("一天", "41"),
        ("一起", "43"),
        ("一个", "24"),
        ("一百", "43"),
        ("看一看", "454"),
        ("第一", "41"),
        ("第一天", "411"),
        ("一月", "14"),
        ("十一个", "214"),
        ("一二三", "141"),
        ("一九九零年", "12322"),
        ("星期一", "111"),
        ("统一", "31"),
        ("一点五", "123"),
        ("一点钟", "131"),
        ("一点", "43"),
    ],
)
def test_bu_and_yi(han: str, expected: str) -> None:
    """不 and 一 take the tone their neighbours ask for; figures and ordinals keep theirs."""
    assert expected == "".join(map(str, tones(read(han))))


@pytest.mark.parametrize(
    ("han", "expected"),
    [
        ("你好", "23"),
        ("我很好", "223"),
        ("小老虎", "323"),
        ("我也很想你", "23223"),
        ("你好吗", "235"),
        ("姐姐", "35"),
        ("想想", "25"),
        ("音乐", "14"),
    ],
)
def test_third_tones(han: str, expected: str) -> None:
    """Of two third tones the first rises, foot by foot."""
    assert expected == "".join(map(str, tones(read(han))))
