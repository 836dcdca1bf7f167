"""`python -m benchmarks.speed.looping VOICE SEED`: the models alone, in a process of their own, without any server.

It says `ready` when they are loaded; for each line of standard input, a number of seconds, it speaks sentences of 20
characters for so long, and answers with a line of JSON: how many, their audio seconds, and the seconds that it took.
"""

import json
import sys
import time
from pathlib import Path

from benchmarks.load.texts import Texts
from speech.baker import VOICE, Acoustic, Settings, Vocoder
from speech.utterance import Spectrum, Utterance

CHARACTERS = 20


class Speaker:
    def __init__(self, folder: Path, seed: int) -> None:
        self._acoustic, self._vocoder = Acoustic(Settings(folder)), Vocoder(Settings(folder))
        self._texts = Texts(seed)

    def speak(self) -> float:
        """Audio seconds of one sentence."""
        (spectrum,) = self._acoustic.run([Utterance(self._texts.sentence(CHARACTERS), VOICE)])
        assert isinstance(spectrum, Spectrum)  # noqa: S101 - our own texts can be spoken
        (spoken,) = self._vocoder.run([spectrum])
        return len(spoken.waveform) / spoken.sample_rate


def main() -> None:
    speaker = Speaker(Path(sys.argv[1]), int(sys.argv[2]))
    speaker.speak()
    _say("ready")
    for line in sys.stdin:
        _say(json.dumps(_measure(speaker, float(line))))


def _measure(speaker: Speaker, seconds: float) -> dict[str, float]:
    began, calls, audio_s = time.monotonic(), 0, 0.0
    while time.monotonic() < began + seconds:
        audio_s += speaker.speak()
        calls += 1
    return {"calls": calls, "audio_s": audio_s, "seconds": time.monotonic() - began}


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - to the process that started this one


if __name__ == "__main__":
    main()
