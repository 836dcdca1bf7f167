"""Reads in OpenAI's `instructions` what can be done: an emotion, a pace, a pitch. Everything else is passed over."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.synthesis.emotions import PRESETS
from api.synthesis.request import SpeechRequest

EMOTIONS = {
    "happy": r"happ(?:y|ily)|cheer(?:y|ful|fully)|joy(?:ful|fully|ous)|高兴|开心|快乐|欢快|愉快",
    "angry": r"ang(?:ry|rily)|furious(?:ly)?|愤怒|生气",
    "sad": r"sad(?:ly)?|sorrowful(?:ly)?|悲伤|难过|伤心",
    "afraid": r"afraid|scared|fearful(?:ly)?|害怕|恐惧",
    "disgusted": r"disgusted(?:ly)?|厌恶",
    "melancholic": r"melanchol(?:y|ic)|忧郁|低落",
    "surprised": r"surprised|astonished|惊讶|惊奇",
    "calm": r"calm(?:ly)?|gent(?:le|ly)|soothing(?:ly)?|relaxed|平静|温柔|轻柔|舒缓",
    "serious": r"serious(?:ly)?|stern(?:ly)?|严肃",
}
PACES = {
    "0.8": r"slow(?:ly|er)?|慢(?:速|慢|一?点|些)?",
    "1.25": r"fast(?:er)?|quick(?:ly|er)?|rapid(?:ly)?|快速|快一?点|快些|语速[要较]?快|加快",
}
PITCHES = {
    "0.9": r"(?:low(?:er)?|deep(?:er)?)[ -](?:pitch(?:ed)?|voice|tone)|低沉|音调[要较]?低|低音",
    "1.12": r"high(?:er)?[ -](?:pitch(?:ed)?|voice|tone)|音调[要较]?高|高音",
}
NEGATION = re.compile(
    r"(?:\b(?:not|no|never|without|less|don['’]t|isn['’]t)(?: (?:too|so|very|be|sound|speak))*"
    r"|[不别勿太无][要能用会必太]*)\s*$",
    re.IGNORECASE,
)
"""Before a word: what is asked for is something else, and nobody can say what."""


@dataclass(frozen=True)
class Reading:
    """What instructions ask for; None is what they do not, or not clearly."""

    emotion: str | None = None
    speed: float | None = None
    pitch: float | None = None

    def apply(self, request: SpeechRequest) -> SpeechRequest:
        """The request, with what it does not say itself."""
        emotion = PRESETS[self.emotion] if self.emotion and not any(request.emotion) else request.emotion
        return replace(
            request,
            emotion=emotion,
            speed=self.speed if self.speed and request.speed == 1 else request.speed,
            pitch=self.pitch if self.pitch and request.pitch == 1 else request.pitch,
        )

    def __str__(self) -> str:
        told = {"emotion": self.emotion, "speed": self.speed, "pitch": self.pitch}
        return ", ".join(f"{name}={value}" for name, value in told.items() if value) or "ignored"


def read(instructions: str) -> Reading:
    """A word counts unless it is negated; words that contradict each other do not count."""
    speed, pitch = _only(PACES, instructions), _only(PITCHES, instructions)
    return Reading(_only(EMOTIONS, instructions), float(speed) if speed else None, float(pitch) if pitch else None)


def _only(words: Mapping[str, str], text: str) -> str | None:
    found = [name for name, pattern in words.items() if _says(pattern, text)]
    return found[0] if len(found) == 1 else None


def _says(pattern: str, text: str) -> bool:
    matches = re.finditer(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])", text, re.IGNORECASE)
    return any(not NEGATION.search(text[: match.start()]) for match in matches)
