"""What differs between American and British English, and ARPAbet's sounds in each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PRIMARY, SECONDARY = "ˈ", "ˌ"
STRESSES = {"1": PRIMARY, "2": SECONDARY, "0": "", "": ""}

CONSONANTS = {
    "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip

DIPHTHONGS = {"AW": "W", "AY": "I", "EY": "A", "OY": "Y"}
COMMON = CONSONANTS | DIPHTHONGS | {"EH": "ɛ", "IH": "ɪ", "UH": "ʊ", "AH": "ʌ", "AH0": "ə"}

VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻᵊ")


@dataclass(frozen=True, eq=False)
class Dialect:
    """`reduced` is the vowel of the endings -es and -ed; `taps` whether t is tapped between vowels."""

    name: str
    arpabet: Mapping[str, str]
    reduced: str
    taps: bool


AMERICAN = Dialect(
    "us",
    COMMON | {"AA": "ɑ", "AE": "æ", "AO": "ɔ", "ER": "ɜɹ", "ER0": "əɹ", "IY": "i", "OW": "O", "UW": "u"},
    "ᵻ",
    taps=True,
)
BRITISH = Dialect(
    "gb",
    COMMON | {"AA": "ɒ", "AE": "a", "AO": "ɔː", "ER": "ɜː", "ER0": "ə", "IY": "iː", "IY0": "i", "OW": "Q", "UW": "uː"},
    "ɪ",
    taps=False,
)


def spoken(arpabet: Sequence[str], dialect: Dialect) -> str:
    """Sounds such as `AE1 P AH0 L` in Kokoro's symbols, the stress before its vowel."""
    symbols = "".join(_sound(one, dialect) for one in arpabet)
    return tapped(symbols, dialect) if dialect.taps else _without_final_r(symbols)


def tapped(symbols: str, dialect: Dialect) -> str:
    """With the American t of water, city, party."""
    if not dialect.taps:
        return symbols
    return re.sub(rf"(?<=[{''.join(VOWELS)}ɹ])t(?=[əiᵻɪ])", "T", symbols)


def aspirated(symbols: str) -> str:
    """With ʰ after the p of pie, not that of spy: Mandarin voices take a p without it for pinyin's b."""
    return re.sub(rf"(?:^|(?<!s))([ptkʧ])(?=[ɹljw]?[{PRIMARY}{SECONDARY}])|^([ptkʧ])", r"\1\2ʰ", symbols)


def _sound(arpabet: str, dialect: Dialect) -> str:
    sound, stress = arpabet.rstrip("012"), arpabet[-1] if arpabet[-1].isdigit() else ""
    return STRESSES[stress] + dialect.arpabet.get(arpabet, dialect.arpabet[sound])


def _without_final_r(symbols: str) -> str:
    """British: r is heard before vowels alone; the vowel of hot is long where it was."""
    silent = rf"ɹ(?![{PRIMARY}{SECONDARY}]?[{''.join(VOWELS)}])"
    return re.sub(silent, "", re.sub(f"ɒ{silent}", "ɑː", symbols))
