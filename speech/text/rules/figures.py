"""How figures are set: with spaces and commas, and as powers of ten."""

from speech.text.characters import HAN
from speech.text.numerals import cardinal
from speech.text.rules.table import Rule

RULES: tuple[Rule, ...] = (
    # 共 3 个, 5 %, 第 2 天: typography, not a pause
    (rf"(?<=[{HAN}]) (?=-?\d)|(?<=\d) (?=[{HAN}%‰℃°])", ""),
    # 12,345,678, which is no code
    (
        r"(?<![\d,])\d{1,3}(?:,\d{3}){2,}(?!,?\d|\.\d)",
        lambda match: cardinal(match[0].replace(",", "")),
    ),
    # 3,500
    (r"(?<![\d,])\d{1,3}(?:,\d{3})+(?!,?\d)", lambda match: match[0].replace(",", "")),
    # 3 000
    (r"(?<![\d.,])(?<![\d.,] )\d{1,3}(?: \d{3})* 000(?![\d.,]| \d)", lambda match: match[0].replace(" ", "")),
    # 1e-5
    (r"(?<![\dA-Za-z.])(\d+(?:\.\d+)?)e(-?\d+)(?![\dA-Za-z.])", r"\1乘10的\2次方"),
)
