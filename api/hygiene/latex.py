"""A formula in LaTeX → Chinese words, by way of MathML, whose few elements have a fixed shape."""

import re

from latex2mathml.converter import convert_to_element
from latex2mathml.symbols_parser import convert_symbol

from api.hygiene.mathml import glued, name, speak

LONGEST = 1000
"""Characters: a longer formula is read sign by sign, as is one that cannot be parsed."""

SIMPLER = (
    (re.compile(r"\{(align|gather|equation|alignat)\}"), r"{\1*}"),  # without numbers
    (re.compile(r"\\tag\*?\{[^{}]*\}|\\(?:label|nonumber|notag)\b(?:\{[^{}]*\})?"), ""),
    (re.compile(r"\\mathrm\{([^{}\\_^]*)\}"), r"\\text{\1}"),  # a unit, such as km/h
    (re.compile(r"\\not\s*="), r"\\ne "),
    (re.compile(r"\\not\s*\\in\b"), r"\\notin "),
    (re.compile(r"(?<=\d)(?:,|\{,\})(?=\d{3}(?!\d))"), ""),  # 1,000
)
SIGN = re.compile(r"\\[A-Za-z]+|\d+(?:\.\d+)?|[^\s{}\\&]")
SCRIPTS = {"^": "上标", "_": "下标"}
PAUSES = re.compile(r"[，；、 ]*([，；])[，；、 ]*")


def read(formula: str) -> str:
    """What a teacher would say; of signs that nobody has a name for, nothing."""
    for pattern, simpler in SIMPLER:
        formula = pattern.sub(simpler, formula)
    return PAUSES.sub(r"\1", _read(formula)).replace("度C", "摄氏度").strip("，；、 ")


def _read(formula: str) -> str:
    if len(formula) > LONGEST:
        return _sign_by_sign(formula)
    try:
        return speak(convert_to_element(formula))
    except (Exception, RecursionError):  # noqa: BLE001 - the library's errors have no base of their own
        return _sign_by_sign(formula)


def _sign_by_sign(formula: str) -> str:
    return glued(_sign(sign) for sign in SIGN.findall(formula))


def _sign(sign: str) -> str:
    if sign in SCRIPTS:
        return SCRIPTS[sign]
    if not sign.startswith("\\"):
        return name(sign)
    code = convert_symbol(sign)
    return name(chr(int(code, 16)) if code and "-" not in code else sign[1:], known=True)
