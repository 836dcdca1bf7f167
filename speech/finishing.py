"""From what a vocoder makes to what is heard: without the silence around it, at the wanted pitch and loudness."""

import numpy as np
from numpy.typing import NDArray

from speech.resampling import pitched
from speech.silence import cut, speech_span
from speech.utterance import Spectrum, Spoken

PEAK = 0.98


def finished(waveform: NDArray[np.float32], spectrum: Spectrum, sample_rate: int) -> Spoken:
    """The waveform of a spectrum, with a short fixed silence before and after the speech."""
    hop = len(waveform) / len(spectrum.mel)
    whole = pitched(waveform, spectrum.pitch, sample_rate)
    start, end = speech_span(whole, sample_rate)
    spoken = cut(whole, start, end, sample_rate)
    times = _times(spectrum, hop, start, end, sample_rate)
    return Spoken(spoken * _gain(spoken, spectrum.gain), sample_rate, times)


def _times(spectrum: Spectrum, hop: float, start: int, end: int, sample_rate: int) -> NDArray[np.float32] | None:
    """Of the characters, in seconds of what is left when all but these samples are cut off."""
    if spectrum.character_frames is None:
        return None
    samples = np.clip(spectrum.character_frames * (hop / spectrum.pitch), start, end) - start
    return (samples / sample_rate).astype(np.float32)


def _gain(waveform: NDArray[np.float32], wanted: float) -> np.float32:
    """The wanted gain, or less so that nothing is clipped."""
    loudest = np.abs(waveform).max()
    return np.float32(wanted if wanted * loudest <= PEAK else PEAK / loudest)
