"""Addresses of pages, people and machines."""

import re

from speech.text.numerals import dotted, spell_code
from speech.text.rules.table import Rule

SIGNS = {
    "@": " 艾特 ", ".": "点", ":": "冒号", "/": "斜杠", "_": " 下划线 ", "-": "杠", "~": "波浪线", "=": "等于",
    "&": "和", "+": "加",
}  # fmt: skip


def _address(match: re.Match[str]) -> str:
    """Digits spelled, dots and other signs said."""
    return spell_code("".join(SIGNS.get(character, character) for character in match["address"]))


RULES: tuple[Rule, ...] = (
    # user@example.com
    (r"(?<![\w.+-])(?P<address>[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", _address),
    # https://www.example.com/docs
    (r"(?<![A-Za-z])(?:[A-Za-z]{2,10}://(?:www\.)?|www\.)(?P<address>[A-Za-z0-9_./:~=&+-]*[A-Za-z0-9])/?", _address),
    # 192.168.1.1:8080
    (
        r"(?<![\d.:])(\d{1,3}(?:\.\d{1,3}){3}):(\d{2,5})(?![\d:])",
        lambda match: f"{dotted(match[1])}冒号{spell_code(match[2])}",
    ),
)
