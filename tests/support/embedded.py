"""What the tests of both embedded engines do."""

import numpy as np

from speech.engines import Vocoder
from speech.errors import SpeechError
from speech.one_by_one import OneByOne
from speech.utterance import Spectrum, Utterance
from tests.support.audio import Speech


def speech_of(acoustic: OneByOne, vocoder: Vocoder, utterance: Utterance) -> Speech:
    """Finite samples that do not clip."""
    (spoken,) = vocoder.run([acoustic.speak(utterance)])
    assert np.isfinite(spoken.waveform).all()
    assert np.abs(spoken.waveform).max() < 0.99
    return Speech(spoken.waveform.astype(np.float64), spoken.sample_rate)


def error_between(acoustic: OneByOne, good: Utterance, bad: Utterance) -> SpeechError:
    """Of a bad utterance between two good ones, which are spoken alike."""
    before, error, after = acoustic.run([good, bad, good])
    assert isinstance(error, SpeechError)
    assert isinstance(before, Spectrum)
    assert isinstance(after, Spectrum)
    assert np.array_equal(before.mel, after.mel)
    return error
