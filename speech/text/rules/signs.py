"""What is left after numbers are words."""

from speech.text.rules.table import Rule

RULES: tuple[Rule, ...] = (
    (r"\b(Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Co|Corp|vs|etc)\.", r"\1"),
    (r"\bPh\.D\b\.?", "Ph D"),
    # C#
    (r"(?<=[CF])#", " sharp"),
    # .NET
    (r"(?<!\w)\.(?=[A-Za-z])", "点"),
    # example.com, U.S.A.
    (r"(?<=[A-Za-z零一二三四五六七八九十])\.(?=[a-z]{2})", "点"),
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
    ("·", "、"),
    ("[%‰℃×÷≥≤*<>=#_^¥$€£₩₹₽฿₫₱]", " "),
    (",", "，"),
    (":", "："),
    (r"\.", "。"),
    (r" ?[-—~]+ ?", "—"),
    ("/", "、"),
    (" +", " "),
)
