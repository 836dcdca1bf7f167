"""Cues as the text of a subtitle file: SRT, WebVTT, LRC."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape

ANGLES = str.maketrans("<>", "＜＞")
BRACKETS = ANGLES | str.maketrans("[]", "［］")
"""These would be markup, and SRT and LRC have no way to write them."""


@dataclass(frozen=True)
class Cue:
    text: str
    start_s: float
    end_s: float

    @property
    def line(self) -> str:
        """The text without line breaks: an empty line would end the cue."""
        return " ".join(self.text.split())


def srt(cues: Iterable[Cue]) -> str:
    """SubRip, as most players take it: numbers from 1, a comma before the milliseconds."""
    return "\n".join(
        f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{cue.line.translate(ANGLES)}\n"
        for number, cue in enumerate(cues, 1)
    )


def vtt(cues: Iterable[Cue]) -> str:
    """https://www.w3.org/TR/webvtt1/."""
    return "WEBVTT\n" + "".join(
        f"\n{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{escape(cue.line, quote=False)}\n" for cue in cues
    )


def lrc(cues: Iterable[Cue]) -> str:
    """Lines of lyrics, each with the minutes and seconds at which it begins; an empty one ends the last."""
    lines, end_s = [], 0.0
    for cue in cues:
        lines.append(f"[{_minutes(cue.start_s)}]{cue.line.translate(BRACKETS)}\n")
        end_s = cue.end_s
    return "".join(lines) + f"[{_minutes(end_s)}]\n"


WRITERS: Mapping[str, Callable[[Iterable[Cue]], str]] = {"srt": srt, "vtt": vtt, "lrc": lrc}


def _clock(seconds: float, point: str) -> str:
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}{point}{ms % 1000:03}"


def _minutes(seconds: float) -> str:
    minutes, hundredths = divmod(round(seconds * 100), 6000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"
