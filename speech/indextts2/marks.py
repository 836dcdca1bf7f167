"""Pronunciation marks in a text: `晕XUAN4`, `做得不错de5`, `银<行|HANG2>`.

A mark is said in the place where it stands. It is one if the model's vocabulary has it (upstream's pinyin.vocab, 1728
syllables with tones): `voice2` and `A4` are none. IndexTTS-2 knows no phonemes of the CMU dictionary; upstream reads
`<minute|M IH1 . N AH0 T>` from version 2.5 on. Here the word of such a mark is read as it is written.
"""

import re
from collections.abc import Callable, Container

ANNOTATION = re.compile(r"<([^<>|\n]+)\|([^<>|\n]+)>")
SYLLABLE = re.compile(r"[A-Za-zÜü]{1,6}[1-5]")
# xian1sheng5 is two marks. One capital is a name rather than a mark: A1, E3, O2.
RUN = re.compile(rf"(?<![A-Za-zÜü])(?![A-Z]\d(?![A-Za-z]))(?:{SYLLABLE.pattern})+(?![A-Za-zÜü\d])")


def resolve(text: str, vocabulary: Container[str]) -> str:
    """`text` with `<字|读音>` replaced by the reading's marks, or by the word where the model knows no such reading."""

    def choose(match: re.Match[str]) -> str:
        word, reading = match.groups()
        syllables = reading.lower().split()
        known = syllables and all(mark(syllable, vocabulary) for syllable in syllables)
        return f" {' '.join(syllables)} " if known else word

    return ANNOTATION.sub(choose, text)


def around(text: str, vocabulary: Container[str], plain: Callable[[str], str]) -> str:
    """`text` with its marks as the vocabulary spells them, and with `plain` done to what stands between them."""
    parts, end = [], 0
    for match in RUN.finditer(text):
        if marks := mark(match[0], vocabulary):
            parts += [plain(text[end : match.start()]), marks]
            end = match.end()
    return "".join([*parts, plain(text[end:])])


def mark(written: str, vocabulary: Container[str]) -> str:
    """One or more marks without a space, as the vocabulary spells them; "" unless it has them all."""
    marks = [_spelled(syllable) for syllable in SYLLABLE.findall(written)]
    complete = sum(map(len, marks)) == len(written) and all(syllable in vocabulary for syllable in marks)
    return "".join(marks) if complete else ""


def _spelled(syllable: str) -> str:
    """ju1 → JV1, lüe4 and lue4 → LVE4, yv2 → YU2: ü is V, but U after Y."""
    syllable = syllable.upper().replace("Ü", "V")
    return re.sub(r"(?<=^[JQX])U|(?<=^[LN])U(?=E)", "V", syllable).replace("YV", "YU")
