"""Which part of speech a word has beside its neighbours, where its pronunciation depends on it."""

from collections.abc import Sequence


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


ARTICLES = _words("a an the this that these those my your his her its our their some any no every each")
AUXILIARIES = _words(
    "to will would can could shall should may might must do does did don't doesn't didn't won't can't couldn't "
    "wouldn't shouldn't let's please not never always often usually i'll you'll we'll they'll"
)
SUBJECTS = _words("i you we they who")
SINGULAR = _words("he she it")
PERFECT = _words("have has had i've you've we've they've haven't hasn't hadn't been was were be is are being")
PREPOSITIONS = _words("of in on at for with by from about into under over")
PAST = _words("yesterday ago last")

VERBS = _words("live close")
"""Verbs when they stand alone, and adjectives rather than nouns in a noun's place: a close friend."""

ALONE, VERB, NOUN, PARTICIPLE, PRETERITE = "None", "VERB", "NOUN", "VBN", "VBD"


def parts_of_speech(words: Sequence[str], i: int) -> list[str]:
    """What word `i` of a phrase in small letters may be, by the names of misaki's dictionaries, the likeliest first.

    `ALONE` is a word that ends a phrase, where function words are not weak.
    """
    before, after = words[i - 1] if i else "", words[i + 1] if i + 1 < len(words) else ""
    return [*_beside(words, i, before, after), *([] if after else [ALONE])]


def _beside(words: Sequence[str], i: int, before: str, after: str) -> list[str]:
    if words[i] == "used" and after == "to":
        return [] if before in PERFECT else [PRETERITE]
    if before in PERFECT:
        return [PARTICIPLE, "ADJ"]
    if before in SINGULAR or (before in SUBJECTS and not PAST.isdisjoint(words)):
        return [PRETERITE, VERB]
    if before in AUXILIARIES | SUBJECTS or (not before and (after in ARTICLES or (not after and words[i] in VERBS))):
        return [VERB]
    return [NOUN] if before in ARTICLES | PREPOSITIONS and words[i] not in VERBS else []
