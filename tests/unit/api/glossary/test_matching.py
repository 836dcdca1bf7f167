"""Where the words of a glossary are found."""

import pytest

from api.glossary.matching import edits, glossed
from api.script.edits import SpokenText
from api.script.run import Run
from api.script.style import Style


class Words(dict[str, str]):
    """Counts how often it is looked into."""

    looks = 0

    def __contains__(self, word: object) -> bool:
        self.looks += 1
        return super().__contains__(word)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("银行行长说行长们", "银行H说H们"),
        ("长沙市长沙", "C市C"),
        ("AI和MAIL、AI2、(AI)", "A I和MAIL、AI2、(A I)"),
        ("行长‹行|XING2›‹长|CHANG2›[pause:AI]", "H‹行|XING2›‹长|CHANG2›[pause:A I]"),
        ("行长(xíng cháng)", "行长(xíng cháng)"),
        ("", ""),
    ],
)
def test_words(text: str, spoken: str) -> None:
    """The longest first, Latin words as wholes, and none where the text itself says how it is read."""
    words = {"行长": "H", "长沙": "C", "沙市": "X", "AI": "A I", "XING2": "X"}
    (run,) = glossed([Run(SpokenText.of(text), Style("baker"))], words)
    assert spoken == run.spoken.text


def test_the_longest_word() -> None:
    """Of several that begin at a place."""
    assert ["北京大学", "北京"] == [
        edit.spoken for edit in edits("北京大学和北京", {w: w for w in ("北京", "北京大学")})
    ]


def test_linear() -> None:
    """There are no more looks than places times lengths, however many words there are."""
    words = Words({"一" * (1 + n % 5) + str(n): "" for n in range(100)})
    assert [] == [*edits("一" * 1000, words)]
    assert words.looks <= 1000 * len({len(word) for word in words})
