"""MathML → Chinese words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import unescape
from unicodedata import normalize
from xml.etree.ElementTree import Element

from api.hygiene.mathematics import ACCENTS, BIG, FUNCTIONS, OPTIMA, POWERS, SYMBOLS

LEAVES = {"mi", "mn", "mo", "mtext"}
GROUPS = {"math", "mrow", "mstyle", "mpadded", "menclose"}
OPENING, CLOSING = "([{⟨", ")]}⟩"
BARS = {"|": "的绝对值", "‖": "的范数"}
UNARY = {"−": "负", "-": "负", "+": "正", "±": "正负", "∓": "负正"}
CHOICES = {"C", "A"}
"""With a number below and above: combinations and arrangements, as schools in China write them."""

NUMBER = re.compile(r"[\d.,]*\d[\d.,]*")
LATEX = re.compile(r"[\s\\{}^_$]+")
WIDE_EM = 1.0
"""A space that parts what stands around it."""


def speak(element: Element) -> str:
    if element.tag in LEAVES:
        text = _text(element)
        return LATEX.sub(" ", text).strip() if element.tag == "mtext" else name(text)
    return SPEAKERS.get(element.tag, _row)(element)


def name(sign: str, *, known: bool = False) -> str:
    """What a sign, a function or a number is called; a word stands for itself unless only what is `known` counts."""
    plain = normalize("NFKC", sign)
    for names in (SYMBOLS, BIG, FUNCTIONS):
        for written in (sign, plain, plain.lower() if plain.lower() in SYMBOLS else plain):
            if written in names:
                return names[written]
    return plain if not known and (plain.isalnum() or NUMBER.fullmatch(plain)) else ""


def glued(words: Iterable[str]) -> str:
    """One after the other, letters and numbers apart."""
    text, last = list[str](), ""
    for word in filter(None, words):
        if _is_latin(last) and _is_latin(word[0]):
            text.append(" ")
        text.append(word)
        last = word[-1]
    return "".join(text)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _text(element: Element) -> str:
    return unescape(element.text or "")


def _sign(element: Element) -> str:
    """Of an element that is one sign, however it is wrapped, which; else nothing."""
    while element.tag in GROUPS and len(element) == 1:
        element = element[0]
    return _text(element) if element.tag in LEAVES else ""


def _compound(element: Element) -> bool:
    return sum(each.tag in LEAVES for each in element.iter()) > 1


def _row(element: Element) -> str:
    parts = [*_flat(element)]
    words, closing = _fences(parts)
    for index, part in enumerate(parts):
        operand = index > 0 and (parts[index - 1].tag != "mo" or index - 1 in closing)
        unary = "" if operand else UNARY.get(_text(part), "")
        words[index] += unary or ("" if words[index] == "，" else speak(part))
    return glued(words)


def _flat(element: Element) -> Iterator[Element]:
    """What stands in a row side by side."""
    for child in element:
        if child.tag in GROUPS:
            yield from _flat(child)
        else:
            yield child


def _fences(parts: Sequence[Element]) -> tuple[list[str], set[int]]:
    """What brackets and bars are spoken as, and where they close: a single thing in brackets needs no words."""
    words, closing, opened, bars = [""] * len(parts), set[int](), list[int](), dict[str, int]()
    for index, part in enumerate(parts):
        sign = _text(part if part.tag in LEAVES or not len(part) else part[0])
        if not sign:
            continue
        if sign in OPENING:
            opened.append(index)
        elif sign in CLOSING and opened:
            start = opened.pop()
            closing.add(index)
            if not _is_list(parts[start + 1 : index]):
                words[start], words[index] = "左括号", "右括号"
        elif sign in bars:
            bars.pop(sign)
            closing.add(index)
            words[index] = BARS[sign]
        elif sign in BARS:
            bars[sign] = index
    for index in bars.values():
        words[index] = "，"
    return words, closing


def _is_list(parts: Sequence[Element]) -> bool:
    """Single things with commas between them."""
    commas = sum(_text(part) == "," for part in parts)
    return len(parts) == 2 * commas + 1 and all(part.tag in LEAVES or _is_choice(part) for part in parts)


def _is_choice(element: Element) -> bool:
    return element.tag == "mfrac" and element.get("linethickness") == "0"


def _fraction(element: Element) -> str:
    above, below = map(speak, element)
    if _is_choice(element):
        return f"{above}选{below}"
    return f"{below}分之{above}" + ("，" if _compound(element[0]) else "")


def _square_root(element: Element) -> str:
    return f"根号下{_row(element)}，" if _compound(element) else f"根号{_row(element)}"


def _root(element: Element) -> str:
    base, index = element
    return f"{speak(index)}次根号" + (f"下{speak(base)}，" if _compound(base) else speak(base))


def _scripted(base: Element, lower: Element | None, upper: Element | None) -> str:
    sign = _sign(base)
    if sign in BIG or sign in OPTIMA:
        return _bounded(name(sign), lower, upper)
    spoken = speak(base)
    if lower is not None and sign == "lim":
        return f"{speak(lower).replace('到', '趋于')}时的极限，"
    if sign in CHOICES and lower is not None and upper is not None:
        return glued(map(speak, (base, lower, upper)))
    if lower is not None and sign in FUNCTIONS:
        spoken = f"{spoken}以{speak(lower)}为底"
    elif lower is not None:
        spoken = f"{spoken}下标{speak(lower)}，" if _compound(lower) else glued([spoken, speak(lower)])
    return spoken if upper is None else glued([spoken, _power(sign, upper)])


def _bounded(kind: str, lower: Element | None, upper: Element | None) -> str:
    if lower is not None and upper is not None:
        return f"从{speak(lower)}到{speak(upper)}的{kind}，"
    bound = f"对{speak(lower)}" if lower is not None else f"到{speak(upper)}" if upper is not None else ""
    return f"{bound}的{kind}，"


def _power(base: str, exponent: Element) -> str:
    sign = _sign(exponent)
    if sign in SYMBOLS and sign not in POWERS and not sign.isalpha():
        return SYMBOLS[sign]  # primes and the like
    power = POWERS.get(sign) or f"的{speak(exponent)}次方"
    return power.removeprefix("的") if base in FUNCTIONS else power


def _over(element: Element) -> str:
    base, over = element
    if accent := ACCENTS.get(_sign(over)):
        return accent.format(speak(base))
    return glued(map(speak, element))


def _table(element: Element) -> str:
    return "；".join("，".join(filter(None, map(_row, row))) for row in element)


def _space(element: Element) -> str:
    width = element.get("width", "")
    return "，" if width.endswith("em") and float(width.removesuffix("em")) >= WIDE_EM else ""


def _nothing(element: Element) -> str:  # noqa: ARG001
    return ""


SPEAKERS: Mapping[str, Callable[[Element], str]] = {
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
    "msub": lambda element: _scripted(element[0], element[1], None),
    "munder": lambda element: _scripted(element[0], element[1], None),
    "msup": lambda element: _scripted(element[0], None, element[1]),
    "msubsup": lambda element: _scripted(*element),
    "munderover": lambda element: _scripted(*element),
    "mover": _over,
    "mtable": _table,
    "mspace": _space,
    "mphantom": _nothing,
}
