"""A name means one voice, and never another."""

from collections.abc import Sequence

import pytest

from api import problems
from api.engine.engine import Capabilities
from api.engine.voices import Voice
from api.problems import Refusal, render
from api.synthesis.voices import OPENAI, Voices
from tests.fakes.engine import voices_called

VOICES = Voices("baker", {"alloy": "anna", "mother": "anna"})
KOKORO = Capabilities(24000, 80, "xiaoxiao", voices_called("xiaoxiao", "yunxi", "nova"))


def listing(default: str = "default", **aliases: str) -> Voices:
    """With an engine that lists its voices."""
    return Voices(default, aliases, lambda: KOKORO)


@pytest.mark.parametrize(
    ("name", "voice"),
    [
        ("default", "baker"),
        ("baker", "baker"),
        ("nova", "baker"),
        ("alloy", "anna"),
        ("mother", "anna"),
        ("anna", "anna"),
        ("mother+lily+nova", "anna+lily+baker"),
    ],
)
def test_names(name: str, voice: str) -> None:
    """`default` and OpenAI's names are the configured voice unless the configuration says else, in mixtures, too."""
    assert voice == VOICES.resolve(name)


def test_an_unknown_name_is_left_to_the_engine() -> None:
    """One that lists no voices has some of its own, and refuses what it does not know."""
    assert "lily" == VOICES.resolve("lily")


@pytest.mark.parametrize("name", ["", "a" * 65, "../etc", "a b", "a\n", "好/坏"])
def test_what_can_be_no_name(name: str) -> None:
    """It is refused before an engine sees it."""
    with pytest.raises(Refusal, match="unknown_voice"):
        VOICES.resolve(name)


@pytest.mark.parametrize("name", ["a+", "+a", "a++b", "+", "a+b+c+d+e", "a+b c", "trio+trio"])
def test_what_can_be_no_mixture(name: str) -> None:
    """One to four names, joined by +, those counted that an alias means."""
    with pytest.raises(Refusal, match="invalid_voice"):
        Voices("baker", {"trio": "a+b+c"}).resolve(name)


@pytest.mark.parametrize(
    ("name", "voice"),
    [
        ("yunxi", "yunxi"),
        ("default", "default"),
        ("alloy", "default"),
        ("nova", "nova"),
        ("echo+yunxi", "default+yunxi"),
        ("duo", "xiaoxiao+yunxi"),
        ("xiaoxiao+xiaoxiao+yunxi", "xiaoxiao+xiaoxiao+yunxi"),
    ],
)
def test_an_engine_that_lists_its_voices(name: str, voice: str) -> None:
    """Without a configured voice its own default is meant; its own voices go before OpenAI's names."""
    assert voice == listing(duo="xiaoxiao+yunxi").resolve(name)


@pytest.mark.parametrize(
    ("name", "voice", "sentence"),
    [
        ("xiaoxio", "xiaoxio", "没有这个音色：xiaoxio (xiaoxiao?)"),
        ("yunxi+tom", "tom", "没有这个音色：tom"),
        ("mother", "anna", "没有这个音色：anna"),
        ("x" * 1000, "x" * 64, f"没有这个音色：{'x' * 64}"),
    ],
)
def test_a_voice_that_is_not_listed(name: str, voice: str, sentence: str) -> None:
    """It is refused at once, with the name that the engine does not know and those that are like it."""
    with pytest.raises(Refusal) as caught:
        listing(mother="anna").resolve(name)
    assert (problems.UNKNOWN_VOICE, voice) == (caught.value.problem, caught.value.values["voice"])
    assert sentence == render(caught.value, "zh", "")["error"]


@pytest.mark.parametrize(
    ("voices", "own", "default", "others"),
    [
        (VOICES, None, "baker", {"alloy": "anna", "mother": "anna", "echo": "baker", "default": "baker"}),
        (listing(), ["xiaoxiao", "yunxi", "nova"], "xiaoxiao", {"alloy": "xiaoxiao", "default": "xiaoxiao"}),
        (listing("yunxi"), ["xiaoxiao", "yunxi", "nova"], "yunxi", {"echo": "yunxi"}),
        (listing(nova="yunxi"), ["xiaoxiao", "yunxi", "nova"], "xiaoxiao", {"nova": "yunxi"}),
        (Voices(), None, "default", {"alloy": "default"}),
    ],
)
def test_all_names_are_listed(voices: Voices, own: Sequence[str] | None, default: str, others: dict[str, str]) -> None:
    """What a client may say, with the voice that it means, as far as the engine has said that."""
    assert own == (None if voices.own is None else [*voices.own])
    assert default == voices.spoken_by_default
    assert others.items() <= voices.others.items()
    assert {*OPENAI} <= {*voices.others, *(own or ())}


def test_a_listed_voice_is_found_by_its_name() -> None:
    """With what the engine says of it."""
    own = listing().own
    assert own
    assert Voice("yunxi", "Yunxi", "zh-CN", "female", "你好，我是yunxi。") == own["yunxi"]
