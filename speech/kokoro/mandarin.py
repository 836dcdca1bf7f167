"""Mandarin syllables in the symbols that Kokoro was trained on: misaki's IPA, with arrows for tones."""

from functools import cache

from speech.text import Syllable

INITIALS = {
    "": "", "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ",
    "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip

FINALS = {
    "a": "a", "ai": "ai", "an": "an", "ang": "aŋ", "ao": "au", "e": "ɤ", "ei": "ei", "en": "ən", "eng": "əŋ",
    "er": "ɚ", "i": "i", "ia": "ja", "ian": "jɛn", "iang": "jaŋ", "iao": "jau", "ie": "je", "ii": "ɨ", "iii": "ɨ",
    "in": "in", "ing": "iŋ", "iong": "jʊŋ", "iou": "jou", "o": "wo", "ong": "ʊŋ", "ou": "ou", "u": "u", "ua": "wa",
    "uai": "wai", "uan": "wan", "uang": "waŋ", "uei": "wei", "uen": "wən", "ueng": "wəŋ", "uo": "wo", "v": "y",
    "van": "ɥɛn", "ve": "ɥe", "vn": "yn",
}  # fmt: skip

BEFORE_ER = {
    "ai": "a", "an": "a", "ang": "a", "ei": "ə", "en": "ə", "eng": "ə", "i": "jə", "ian": "ja", "iang": "ja", "ii": "ə",
    "iii": "ə", "in": "jə", "ing": "jə", "iong": "jʊ", "ong": "ʊ", "uai": "wa", "uan": "wa", "uang": "wa", "uei": "wə",
    "uen": "wə", "ueng": "wə", "v": "ɥə", "van": "ɥa", "vn": "ɥə",
}  # fmt: skip
"""Finals that the suffix 儿 changes (Duanmu, The Phonology of Standard Chinese, 2nd ed., 2007): 一点儿, not 一点二."""

INTERJECTION = "ɔ"
"""The final o without an initial: 哦."""

TONES = {1: "→", 2: "↗", 3: "↓", 4: "↘", 5: ""}

ER = Syllable("", "er", 5)
"""The suffix 儿."""


@cache
def symbols(syllable: Syllable, following: Syllable | None = None) -> str:
    """The symbols of a syllable; the tone stands before a nasal at its end."""
    final = FINALS[syllable.final] if syllable.initial or syllable.final != "o" else INTERJECTION
    if following == ER:
        final = BEFORE_ER.get(syllable.final, final)
    vowels = final.rstrip("nŋ")
    return INITIALS[syllable.initial] + vowels + TONES[syllable.tone] + final[len(vowels) :]
