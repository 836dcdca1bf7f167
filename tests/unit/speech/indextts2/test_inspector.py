from pathlib import Path

import pytest

from speech.errors import InvalidPronunciationError, NothingToSpeakError, TextTooLongError
from speech.indextts2.inspector import Inspector
from speech.indextts2.settings import Settings


@pytest.fixture(scope="module")
def inspector(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Inspector:
    glossary = tmp_path_factory.mktemp("glossary") / "glossary.txt"
    glossary.write_text("WeChat => 微信", "utf-8")
    return Inspector(Settings(checkpoint, glossary=str(glossary)))


def test_only_what_is_marked_is_known(inspector: Inspector) -> None:
    """How the model reads a character or an English word, nobody can say; a mark it is given as it is."""
    reading = inspector.inspect("银‹行|xing2›，xuan4 hello 3")
    assert "银 XING2, XVAN4 HELLO 三" == reading.normalized
    assert [
        ("银", "", ""),
        ("XING2", "xing2", "xing2"),
        ("XVAN4", "xuan4", "xuan4"),
        ("HELLO", "", ""),
        ("三", "", ""),
    ] == [*reading.syllables]


@pytest.mark.parametrize(
    ("text", "error"),
    [("……", NothingToSpeakError), ("‹行|BIE2›", InvalidPronunciationError), ("好" * 200, TextTooLongError)],
)
def test_what_cannot_be_spoken_cannot_be_inspected(inspector: Inspector, text: str, error: type[Exception]) -> None:
    """The errors are those of speech."""
    with pytest.raises(error):
        inspector.inspect(text)
