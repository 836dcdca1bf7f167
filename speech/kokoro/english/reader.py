"""English words to symbols: in a phrase by their neighbours, and alone."""

import re
from collections.abc import Sequence
from functools import lru_cache

from speech.kokoro import mandarin
from speech.kokoro.english.dialect import PRIMARY, SECONDARY, VOWELS, Dialect, spoken
from speech.kokoro.english.dictionary import Entry
from speech.kokoro.english.guesser import Guesser
from speech.kokoro.english.homographs import parts_of_speech
from speech.kokoro.english.inflection import inflected, stems
from speech.kokoro.english.lexicon import Lexicon, is_spelled
from speech.text import latin
from speech.text.syllables import syllable

PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""Of a word with capitals inside: Chat + GPT, HTTP + Server."""

INITIALS = re.compile(r"([A-Z]{2,})('?s)?")
SHORTEST = 3
"""Letters of a word in capitals that is read as one, and of the parts of a compound."""

SHOUTED = 3
"""Words that people know, all in capitals, from which on they are no initials: IT IS GOOD."""

DEFAULT = "DEFAULT"
LONGEST = 24
"""Letters of a word in which parts are looked for."""


class English:
    def __init__(self, lexicon: Lexicon, guesser: Guesser, dialect: Dialect) -> None:
        self._lexicon, self._guesser, self._dialect = lexicon, guesser, dialect
        self._known = lru_cache(10_000)(self._entry)

    def read(self, words: Sequence[str]) -> list[str]:
        """The symbols of each of the words, of letters and apostrophes, that follow each other in one breath."""
        low, symbols, following = [word.lower() for word in words], [], ""
        if len(words) >= SHOUTED and all(map(str.isupper, words)) and all(map(self._lexicon.is_common, low)):
            words = low
        for i in reversed(range(len(words))):
            following = self._weak(words, i, following) or _one(self._known(words[i]), parts_of_speech(low, i))
            symbols.append(following if len(words) > 1 else _stressed(following))
        return [one.replace("ɾ", "T").replace("ʔ", "t") for one in reversed(symbols)]

    def _weak(self, words: Sequence[str], i: int, following: str) -> str:
        """Articles and to, which sound differently before vowels, and not as they are called."""
        vowel = following.lstrip(PRIMARY + SECONDARY)[:1] in VOWELS
        word = words[i].lower()
        if word == "the":
            return "ði" if following and vowel else "ðə"
        if not following or (word == "a" and words[i] == "A" and i):
            return ""
        return {"a": "ɐ", "an": "ɐn", "to": "tʊ" if vowel else "tə", "i": f"{SECONDARY}I"}.get(word, "")

    def _entry(self, word: str) -> Entry:
        ways = (self._initials, self._lexicon.find, self._inflected, self._parts, self._name, self._compound)
        return next((found for way in ways if (found := way(word))), "") or self._guess(word)

    def _initials(self, word: str) -> Entry | None:
        """Letters that are read one by one: B, GPT, PCs, usb, html."""
        match = INITIALS.fullmatch(word)
        if match and not self._is_word(match[1]):
            return self._spelled(match[1], "s" if match[2] else "")
        vowels = set("aeiouyAEIOUY")
        if len(word) == 1 or is_spelled(word.lower()) or (vowels.isdisjoint(word) and not self._lexicon.find(word)):
            return self._spelled(word)
        return None

    def _is_word(self, capitals: str) -> bool:
        """NASA, CAT and HELLO are words, GPU, IT and US are not."""
        known = self._lexicon.as_written(capitals)
        if known is not None:
            return isinstance(known, str)
        low = capitals.lower()
        if len(low) <= SHORTEST:
            return len(low) == SHORTEST and self._lexicon.is_common(low)
        return len(low) > latin.SPELLED or self._lexicon.find(low) is not None

    def _spelled(self, word: str, ending: str = "") -> str:
        """The names of the letters, of which the last bears the stress."""
        names = "".join(self._lexicon.letter(letter) for letter in word if letter != "'")
        head, stress, tail = names.replace(SECONDARY, PRIMARY).rpartition(PRIMARY)
        names = head.replace(PRIMARY, SECONDARY) + stress + tail
        return inflected(names, ending, self._dialect) if ending else names

    def _inflected(self, word: str) -> Entry | None:
        possessive = word.count("'") == 1
        for stem, ending in stems(word if possessive else word.lower()):
            known = self._known(stem) if possessive and stem else self._lexicon.find(stem) or self._compound(stem)
            if known:
                return inflected(_one(known), ending, self._dialect)
        return None

    def _parts(self, word: str) -> Entry | None:
        parts = PART.findall(word)
        return _compound([_one(self._known(part)) for part in parts]) if len(parts) > 1 else None

    def _name(self, word: str) -> Entry | None:
        """A Chinese name, in level tones."""
        return "".join(mandarin.symbols(syllable(one)) for one in latin.name(word.lower()))

    def _compound(self, word: str) -> Entry | None:
        """Two words that people know, written as one: the split that leaves neither short."""
        low = word.lower()
        splits = range(SHORTEST, len(low) - SHORTEST + 1) if len(low) <= LONGEST else ()
        for i in sorted(splits, key=lambda i: abs(2 * i - len(low))):
            head, tail = low[:i], low[i:]
            if self._lexicon.is_common(head) and self._lexicon.is_common(tail):
                return _compound([_one(self._known(head)), _one(self._known(tail))])
        return None

    def _guess(self, word: str) -> str:
        return spoken(self._guesser.guess(re.sub("[^a-z]", "", word.lower())), self._dialect)


def _one(entry: Entry, parts_of_speech: Sequence[str] = ()) -> str:
    """Of a homograph the likeliest."""
    if isinstance(entry, str):
        return entry
    return next(found for part in (*parts_of_speech, DEFAULT) if (found := entry.get(part)))


def _stressed(symbols: str) -> str:
    """A word that is said alone has a stress, be it an article."""
    if PRIMARY in symbols or any(tone in symbols for tone in mandarin.TONES.values() if tone):
        return symbols
    if SECONDARY in symbols:
        return symbols.replace(SECONDARY, PRIMARY, 1)
    vowel = next((i for i, symbol in enumerate(symbols) if symbol in VOWELS), None)
    return symbols if vowel is None else symbols[:vowel] + PRIMARY + symbols[vowel:]


def _compound(parts: Sequence[str]) -> str:
    """Of words that make one the first bears the stress."""
    return parts[0] + "".join(part.replace(PRIMARY, SECONDARY) for part in parts[1:])
