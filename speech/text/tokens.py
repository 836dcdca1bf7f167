"""What pronunciation is made of."""

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True)
class Syllable:
    """One Mandarin syllable in the full forms of pinyin's phonology.

    `initial` is "" for none: y and w are spelling, not sound (yi → "" i, wu → "" u, yue → "" ve, you → "" iou).
    `final` is never abbreviated (gui → uei, liu → iou, lun → uen), writes ü as v (ju → v, yuan → van), and tells the
    vowels of zi (ii) and zhi (iii) from that of yi (i). `tone` is 1 to 5, 5 being the neutral tone.
    """

    initial: str
    final: str
    tone: int


@dataclass(frozen=True)
class EnglishWord:
    """A word in Latin letters and apostrophes, as it is written."""

    letters: str


class Pause(IntEnum):
    """A silence; the greater value is the longer."""

    SHORT = 1
    CLAUSE = 2
    SENTENCE = 3
