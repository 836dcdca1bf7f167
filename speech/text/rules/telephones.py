"""Telephone numbers, in groups as people say them."""

import re

from speech.text.numerals import cardinal, spell_code
from speech.text.rules.table import COUNTED, Rule, code

EMERGENCY = "110|119|120|122|114"
SERVICE = "报警|火警|急救|救护|求助|查号"
CALLING = "(?:(?<=[打拨叫找])|(?<=报警|火警|急救|求助|电话|热线)|(?<=电话[是为:]))"

RULES: tuple[Rule, ...] = (
    # 转8001
    (r"(?<=\d{4}) ?转 ?(\d{1,6})(?!\d)", lambda match: f"转{spell_code(match[1])}"),
    # +86 138-1234-5678
    (r"(?<![\d+])\+?(86)[ -]?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?![\d.])", code),
    # 138 1234 5678
    (r"(?<![\d+.-])(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?![\d.])", code),
    # +1 415-555-2671
    (
        r"(?<![\d+])\+\d{1,3}(?:[ 、-]{1,2}\d{2,4}){2,5}(?!\d)",
        lambda match: "、".join(map(spell_code, re.findall(r"\d+", match[0]))),
    ),
    # 010-12345678, (010) 1234-5678-901
    (r"(?<![\d.-])(0\d{2,3})(?:-|、? ?)(\d{3,4})[ -]?(\d{4})(?:-(\d{2,5}))?(?![\d-])", code),
    # 400-123-4567
    (r"(?<![\d.-])([48]00)-?(\d{3,4})-?(\d{3,4})(?![\d-])", code),
    # 400电话
    (r"(?<!\d)([48]00)(?=电话|热线|客服)", code),
    # 110报警, 打110
    (rf"(?<!\d)({EMERGENCY})(?={SERVICE})|{CALLING}({EMERGENCY})(?!\d|\.\d|{COUNTED})", code),
    # 110个, 身高110: wetext spells them wherever they are
    (
        rf"(?<![\d.:/-])(?:(?:{EMERGENCY})(?={COUNTED})|(?<=[高重长宽约达近超共为到是第])(?:110|119|122)(?!\d))",
        lambda match: cardinal(match[0]),
    ),
    # 120, and 111, which is no service in China
    (r"(?<![\d.:/-])(?:11[124]|120)(?![\d.:/-])", lambda match: cardinal(match[0])),
)
