import pytest

from speech.indextts2.marks import around, mark, resolve

VOCABULARY = frozenset(
    (
        *("XVAN4", "JV1", "QVE4", "XVN2", "LVE4", "LV3", "NV3", "YU2", "GAN3", "DE5", "A1", "E2"),
        *("XIAN1", "SHENG5", "HANG2", "XING2", "YIN2", "HAO4", "SHI4"),
    )
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("XUAN4", "XVAN4"),
        ("xuan4", "XVAN4"),
        ("ju1", "JV1"),
        ("que4", "QVE4"),
        ("xün2", "XVN2"),
        ("jv1", "JV1"),
        ("lue4", "LVE4"),
        ("lüe4", "LVE4"),
        ("lü3", "LV3"),
        ("NÜ3", "NV3"),
        ("yu2", "YU2"),
        ("yv2", "YU2"),
        ("shi4", "SHI4"),
        ("xian1sheng5", "XIAN1SHENG5"),
        ("xian1 sheng5", ""),
        ("lu3", ""),
        ("gan4", ""),
        ("gan", ""),
        ("gan3b", ""),
        ("", ""),
    ],
)
def test_spelling(written: str, expected: str) -> None:
    """A mark is spelled as the vocabulary spells it: ü is V, and U after Y; what it does not have is no mark."""
    assert expected == mark(written, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("晕XUAN4是一种gan3觉", "[晕]XVAN4[是一种]GAN3[觉]"),
        ("xian1sheng5 hao4", "[]XIAN1SHENG5[ ]HAO4[]"),
        ("20hao4楼", "[20]HAO4[楼]"),
        ("a1e2", "[]A1E2[]"),
        ("A1高速，E2", "[A1高速，E2]"),
        ("voice2，beta1，babala2", "[voice2，beta1，babala2]"),
        ("xuan45 xuan4x Xxuan4 xuan0 xuan6", "[xuan45 xuan4x Xxuan4 xuan0 xuan6]"),
        ("你好", "[你好]"),
    ],
)
def test_marks_in_text(text: str, expected: str) -> None:
    """Marks are found beside Chinese characters, figures and each other, not in other words or names such as A1."""
    assert expected == around(text, VOCABULARY, lambda plain: f"[{plain}]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("银<行|XING2>里", "银 xing2 里"),
        ("<银行|YIN2 HANG2>", " yin2 hang2 "),
        ("<啊|A1>", " a1 "),
        ("<minute|M IH1 . N AH0 T>", "minute"),
        ("<上手|じょうず>", "上手"),
        ("<好|hao3>", "好"),
        ("<好| >", "好"),
        ("a < b | c > d", "a  b  d"),
        ("<b>|</b>", "<b>|</b>"),
    ],
)
def test_annotations(text: str, expected: str) -> None:
    """<字|读音> is the reading's marks, or the word if the model does not know them, as it knows no CMU phonemes."""
    assert expected == resolve(text, VOCABULARY)
