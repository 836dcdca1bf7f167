"""Models, standards, versions: letters with numbers."""

import re

from speech.text.numerals import cardinal, dotted, spell, spell_code
from speech.text.rules.table import COUNTED, TO, Rule

HUNDREDS = re.compile(r"[1-9]\d?00")


def _number(match: re.Match[str]) -> str:
    """Whole hundreds are counted, other numbers spelled: S500, RTX4090."""
    digits = match[0].strip()
    return f" {(cardinal if HUNDREDS.fullmatch(digits) else spell_code)(digits)}"


RULES: tuple[Rule, ...] = (
    # 京A·12345
    (r"(?<=[A-Z])·(?=[A-Z\d])", ""),
    # G100次
    (r"(?<![A-Za-z])([GDCKTZYSL])(\d{3,4})(?=次)", lambda match: f"{match[1]} {spell_code(match[2])}"),
    # 波音747; 歼-20, which is no minus
    (rf"(波音|宝马|空客)(\d{{3}})(?!\d|{COUNTED})", lambda match: match[1] + spell(match[2])),
    (r"(?<=[歼轰运直风])-(?=\d)", ""),
    # GB/T 19001-2016
    (
        r"(?<=[A-Z]) ?(\d{4,5})-((?:19|20)\d\d)(?!\d)",
        lambda match: f" {spell_code(match[1])}杠{spell(match[2])}",
    ),
    # i7-13700K
    (r"(?<=[A-Za-z]\d)-(\d{3,})", lambda match: f" {spell_code(match[1])}"),
    # GPT-4: not minus, but x-4 is
    (r"(?<=[A-Za-z])(?<!(?<![A-Za-z])[xyzn])-(?=\d)|(?<=\d)-(?=[A-Za-z])", " "),
    # H.264, M.2
    (r"(?<=[A-Z])\.(\d{3,})", lambda match: f"点{spell(match[1])}"),
    (r"(?<=[A-Z])\.(?=\d)", "点"),
    # B2C
    (r"(?<![A-Za-z\d])([BCDGOP])2([BCDGOP])(?![A-Za-z\d])", r"\1 to \2"),
    # 5v5, for wetext volts
    (r"(?<![\dA-Za-z.])(\d+)([vV])(\d+)(?![\dA-Za-z.])", lambda m: f"{cardinal(m[1])}{m[2]}{cardinal(m[3])}"),
    # abc_123
    (r"(?<=_)\d+", lambda match: spell_code(match[0])),
    # N95口罩
    (r"(?<![A-Za-z])(KN|N)95", r"\1九五"),
    # RTX4090, A380, ISO 9001
    (rf"(?:(?<=[A-Za-z])\d{{3,}}|(?<=[A-Za-z]) \d{{3,4}})(?!\d|\.\d|{TO}\d|{COUNTED})", _number),
    # CO2余量, 图2-1
    (r"(?<=[A-Za-z])2(?!\d|\.\d)", "二"),
    (r"(?<=[图表])(\d+)-(\d+)", r"\1杠\2"),
    # A6L and iPhone 5s, for wetext litres and seconds
    (r"(?<=[A-Za-z])\d+(?=[A-Za-z])|(?<=[A-Za-z] )\d(?=[smg](?![A-Za-z]))", lambda match: cardinal(match[0])),
    # 1.2.3 and 192.168.1.1
    (r"(?<![\d.])\d+(?:\.\d+){2,}", lambda match: dotted(match[0])),
)
