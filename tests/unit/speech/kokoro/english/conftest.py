import json
from pathlib import Path

import pytest

from speech.kokoro.english import AMERICAN, BRITISH, Dialect, Dictionary, English, Guesser, Lexicon
from speech.kokoro.files import DICTIONARIES, FILES, GUESSER, VOCABULARY

FOLDER = Path(__file__).resolve().parents[5] / ".local/voices/kokoro"


def english(dialect: Dialect) -> English:
    dictionary = Dictionary(FILES.read(FOLDER, DICTIONARIES[dialect.name]))
    return English(Lexicon(dictionary, dialect), Guesser(FILES.read(FOLDER, GUESSER)), dialect)


@pytest.fixture(scope="session")
def american() -> English:
    """With the real dictionary and model, as `make setup` prepared them."""
    return english(AMERICAN)


@pytest.fixture(scope="session")
def british() -> English:
    return english(BRITISH)


@pytest.fixture(scope="session")
def vocabulary() -> frozenset[str]:
    """The symbols that Kokoro has."""
    return frozenset(json.loads(FILES.read(FOLDER, VOCABULARY))["vocab"])
