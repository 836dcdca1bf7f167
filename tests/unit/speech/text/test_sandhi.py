import pytest

from speech.text.readings import read
from speech.text.sandhi import linked, tones


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
        ("一年级", "122"),
        ("一季度", "144"),
        ("另一个", "424"),
        ("一天一天", "4141"),
        ("看不见", "454"),
        ("来不及", "252"),
        ("差不多", "451"),
        ("对不起", "453"),
        ("不见不散", "2424"),
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
        ("洗洗", "25"),
        ("哪里", "25"),
        ("好领导", "323"),
        ("展览馆", "223"),
        ("五点五", "223"),
        ("音乐", "14"),
    ],
)
def test_third_tones(han: str, expected: str) -> None:
    """Of two third tones the first rises, foot by foot."""
    assert expected == "".join(map(str, tones(read(han))))


@pytest.mark.parametrize(
    ("han", "expected"),
    [
        ("好啊", "hao3 wa5"),
        ("走啊", "zou3 wa5"),
        ("哭啊", "ku1 wa5"),
        ("你啊", "ni3 ya5"),
        ("来啊", "lai2 ya5"),
        ("我啊", "wo3 ya5"),
        ("看啊", "kan4 na5"),
        ("听啊", "ting1 a5"),
        ("是啊", "shi4 a5"),
        ("一次啊", "yi1 ci4 a5"),
        ("啊你", "a4 ni3"),
    ],
)
def test_ah(han: str, expected: str) -> None:
    """啊 begins as the syllable before it ends, where that gives a syllable that voices have."""
    assert expected == " ".join(syllable for word in linked(read(han)) for syllable in word.pinyin)
