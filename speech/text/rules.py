"""What wetext reads wrongly, rewritten before it sees it. The comment of a rule is an example of it."""

import re
from collections.abc import Callable

from speech.text.characters import HAN
from speech.text.numerals import dotted, spell, spell_code

CURRENCIES = {"¥": "元", "$": "美元", "€": "欧元", "£": "英镑"}

CURRENCY = "[百千万亿]*(?:美元|美金|欧元|英镑|日元|港元|港币|韩元|澳元|加元|卢布|元|块)"

UNITS = {
    "KB": "K", "MB": "兆", "GB": "G", "TB": "T", "Mbps": "兆", "mAh": "毫安时", "kWh": "千瓦时", "kW": "千瓦",
    "W": "瓦", "V": "伏", "Hz": "赫兹", "kHz": "千赫兹", "MHz": "兆赫兹", "GHz": "吉赫兹", "km²": "平方公里",
    "m/s": "米每秒", "w": "万",
}  # fmt: skip

SERVICE_NUMBERS = {"110": "一百一十", "119": "一百一十九", "120": "一百二十", "122": "一百二十二"}

UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
COUNTED = "[万亿元块个人次名位条件只台辆页字年天米步分岁种家本张套款项级度吨斤克]"
MONTH = r"(?:19|20)\d\d-(?:0?[1-9]|1[0-2])(?!\d)"
NUMBER = r"\d+(?:\.\d+)?"
LABEL = "号码?|编码|证码|代码|密码|邮编|账号|房间|电话|手机|微信|QQ|ID|No"


def _code(match: re.Match[str]) -> str:
    """The groups of a telephone number, spelled, with a breath between them."""
    return "、".join(spell_code(group) for group in match.groups() if group)


def _rules(*rules: tuple[str, str | Callable[[re.Match[str]], str]]) -> Callable[[str], str]:
    compiled = [(re.compile(pattern), replacement) for pattern, replacement in rules]

    def apply(text: str) -> str:
        for pattern, replacement in compiled:
            text = pattern.sub(replacement, text)
        return text

    return apply


before = _rules(
    # 共 3 个, 5 %: typography, not a pause
    (rf"(?<=[{HAN}]) (?=-?\d)|(?<=\d) (?=[{HAN}%‰℃°])", ""),
    # 3,500
    (r"(?<![\d,])\d{1,3}(?:,\d{3})+(?!,?\d)", lambda match: match[0].replace(",", "")),
    # 3 000
    (r"(?<![\d.,])(?<![\d.,] )\d{1,3}(?: \d{3})* 000(?![\d.,]| \d)", lambda match: match[0].replace(" ", "")),
    # 2026-11-23T10:30
    (r"(?<=\d)T(?=\d\d:)", " "),
    # 1:05:20 and 0:05, which are read as times when they have two digits
    (r"(?<![\d.:])(?=\d:[0-5]\d:[0-5]\d(?!\d)|0:[0-5]\d(?![\d:]))", "0"),
    # 2026/1
    (r"(?<!\d)((?:19|20)\d\d)/(0?[1-9]|1[0-2])(?![\d/.])", r"\1年\2月"),
    # 2月2日, otherwise 两日; 2线城市
    (r"(?<=月)2(?=日)|(?<!\d)2(?=线城市)", "二"),
    # 95后, 2003后: when somebody was born
    (r"(?<![\d.:])((?:19|20)\d\d|[5-9]5|05)(?=后(?![面续来退]))", lambda match: spell(match[1])),
    # ISO9001
    (r"(?<![A-Za-z\d])(ISO|IEC|IEEE|GB|RFC)[ -]?(\d{3,})(?![\d.])", lambda match: f"{match[1]} {spell_code(match[2])}"),
    # No.1, and No.10086, which the rule for labels spells
    (r" ?(?<![A-Za-z])[Nn][Oo]\. ?(?=\d{1,2}(?!\d))", "第"),
    (r"(?<![A-Za-z])[Nn][Oo]\. ?(?=\d)", "No "),
    # 单位：kg
    (r"(?<![A-Za-z\d])(?<!\d )kg(?![A-Za-z])", "千克"),
    # +86 138-1234-5678
    (r"(?<![\d+-])(?:\+?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?![\d.])", _code),
    # 010-12345678
    (r"(?<![\d.-])(0\d{2,3})-(\d{3,4})(\d{4})(?![\d-])", _code),
    # 400-123-4567
    (r"(?<![\d.-])([48]00)-?(\d{3,4})-?(\d{3,4})(?![\d-])", _code),
    # 房间号1203, 验证码: 482913
    (rf"({LABEL})([:是为 ]{{0,2}})(\d{{3,}})(?!\d|\.\d|{COUNTED})", lambda m: m[1] + m[2] + spell_code(m[3])),
    # 110101199003071234
    (rf"(?<![\d.-])(\d{{8,}})(?<!0000)(?!\d|\.\d|{COUNTED})", _code),
    # 1.2.3 and 192.168.1.1, but not 2026.11.23
    (r"(?<![\d.])(?!(?:19|20)\d\d\.\d{1,2}\.\d{1,2}(?![\d.]))\d+(?:\.\d+){2,}", lambda match: dotted(match[0])),
    # ¥100万, ¥12.50
    (r"([¥$€£]) ?(\d+(?:\.\d*[1-9])?)(?:\.?0+(?!\d))?([百千万亿]*)元?", lambda m: m[2] + m[3] + CURRENCIES[m[1]]),
    # 12.5美元, otherwise 十二月五日美元
    (rf"(?<![\d.])(\d+)\.(\d+)(?={CURRENCY})", lambda match: f"{match[1]}点{spell(match[2])}"),
    # -5%, otherwise 百分之负五
    (r"(?<![\dA-Za-z%])-(?=\d+(?:\.\d+)?%)", "负"),
    # 500MB
    (rf"(?<=\d) ?({UNIT})(?![A-Za-z/²³])", lambda match: UNITS[match[1]]),
    # 120次, otherwise a telephone number
    (rf"(?<![\d.:/-])(?:110|119|120|122)(?={COUNTED})", lambda match: SERVICE_NUMBERS[match[0]]),
    # 120次/分
    (rf"(?<=[{HAN}])/(?=[分秒天日时月年人个次])", "每"),
    # GPT-4: not minus
    (r"(?<=[A-Za-z])-(?=\d)|(?<=\d)-(?=[A-Za-z])", " "),
    # 50-60 and 第1-3章, but not 2026-11, 5-3=2, 2-1+1
    (rf"(?<![\dA-Za-z.:/+*×÷=-])(?!{MONTH})({NUMBER}) ?[-~—] ?({NUMBER})(?![\d.:/年]| ?[=+*×÷-])", r"\1到\2"),
    # 3*5, 3x5
    (r"(?<=\d) ?[xX*×] ?(?=\d)", "乘"),
    (r"(?<=\d) ?÷ ?(?=\d)", "除以"),
    # 2x+1
    (r"(?<=[A-Za-z])\+(?=\d)", "加"),
    # 1.苹果
    (rf"(?<![\d.])(\d{{1,2}})\. ?(?=[{HAN}])", r"\1、"),
    # 第2天, otherwise 两天; after the ranges, of which 第2到3天 is one
    (r"(?<=第)2(?!\d|\.\d)", "二"),
)

after = _rules(
    (r"[a-z]+://(?:www\.)?", ""),
    (r"\b(Mr|Mrs|Ms|Dr)\.", r"\1"),
    # example.com, U.S.A.
    (r"(?<=[A-Za-z0-9])\.(?=[a-z]{2})|(?<=\d)\.(?=\d)", "点"),
    (r"(?<![A-Za-z])((?:[A-Za-z]\.)+[A-Za-z])\.?(?![A-Za-z])", lambda match: match[1].replace(".", " ")),
    (r"(?<=[A-Za-z])-(?=[A-Za-z])", " "),
    (r"(?<![A-Za-z])'|'(?![A-Za-z])", ""),
    ("±", "正负"),
    ("²", "平方"),
    ("³", "立方"),
    ("°", "度"),
    (r"\+", "加"),
    (r"(?<=[^ =]) ?= ?(?=[^ =])", "等于"),
    ("&", "和"),
    ("@", " 艾特 "),
    ("[%‰℃¥$€£×÷≥≤*<>=]", " "),
    (",", "，"),
    (":", "："),
    (r"\.", "。"),
    (r" ?[-—~]+ ?", "—"),
    ("/", "、"),
    (" +", " "),
)
