from collections import Counter

import numpy as np
import pytest

from speech.errors import UnknownVoiceError
from speech.kokoro.voices import DEFAULT, MANNER, STYLES, TIMBRE, VOICES, Styles, check_voice

CONTENT = np.arange(len(STYLES) * 510 * 256, dtype="<f4").tobytes()


def test_every_mandarin_and_english_voice_is_there() -> None:
    """By the name that people read, with its language and gender; the default among them."""
    assert {"zh-CN": 8, "en-US": 20, "en-GB": 8} == Counter(voice.language for voice in VOICES.values())
    assert {"female": 19, "male": 17} == Counter(voice.gender for voice in VOICES.values())
    assert ("云希", "zh-CN", "male") == (VOICES["yunxi"].name, VOICES["yunxi"].language, VOICES["yunxi"].gender)
    assert ("Emma", "en-GB", "female") == (VOICES["emma"].name, VOICES["emma"].language, VOICES["emma"].gender)
    assert DEFAULT == next(iter(VOICES))


def test_a_style_is_for_a_number_of_symbols() -> None:
    """The first is for one symbol, the last for 510 and more."""
    styles = Styles(CONTENT)
    first = next(iter(STYLES))
    assert 0 == styles.style(first, 1)[0]
    assert 509 * 256 == styles.style(first, 510)[0] == styles.style(first, 9999)[0]


def test_a_mixture_is_the_mean_of_its_voices() -> None:
    """In equal parts, a voice named twice having two of them."""
    styles = Styles(CONTENT)
    a, b = styles.style("xiaoxiao", 7), styles.style("heart", 7)
    assert np.array_equal((a + b) / 2, styles.style("xiaoxiao+heart", 7))
    assert np.allclose((2 * a + b) / 3, styles.style("xiaoxiao+heart+xiaoxiao", 7))


@pytest.mark.parametrize(
    ("voice", "message"),
    [
        ("nobody", "unknown_voice: 没有这个音色：nobody"),
        ("", "unknown_voice: 没有这个音色：$"),
        ("xiaoxiao+", "unknown_voice: 没有这个音色：$"),
        ("xiaoxiao+nobody", "unknown_voice: 没有这个音色：nobody"),
        ("zf_xiaoxiao", "unknown_voice: 没有这个音色：zf_xiaoxiao"),
        ("+".join(["xiaoxiao"] * 5), "unknown_voice: 最多混合 4 个音色，收到 5 个"),
    ],
)
def test_an_unknown_voice_is_named(voice: str, message: str) -> None:
    """In a mixture too, whose voices are four at most."""
    with pytest.raises(UnknownVoiceError, match=message):
        check_voice(voice)


def test_english_is_said_as_by_an_english_voice() -> None:
    """By a Mandarin voice in the manner of one of its gender, with half of its timbre; an English voice is itself."""
    styles = Styles(CONTENT)
    own, teacher = styles.style("yunxi", 7), styles.style("michael", 7)
    english = styles.style("yunxi", 7, english=True)
    assert np.array_equal(teacher[MANNER], english[MANNER])
    assert np.allclose((own + teacher)[TIMBRE] / 2, english[TIMBRE])
    assert np.array_equal(styles.style("emma", 7), styles.style("emma", 7, english=True))
