"""Any Unicode text to the small alphabet the rest of the front end knows."""

import re
import string
import unicodedata

HAN = "\u3400-\u9fff\U00020000-\U0003ffff"

GREEK = "αβγδεηθλμξπρστφχψωΓΔΘΛΠΣΦΨΩ"
MATHS = "°²³‰×÷±≥≤≈≠≡∞√∑∏∫∂∈∉∩∪⊂⊆∅∠△⊥∥∵∴∝"
MONEY = "$¥€£₩₹₽฿₫₱"
PLAIN = set(f"{string.ascii_letters}{string.digits} %.,:+-*/=<>@&~'#_^·℃。，、；！？…—{GREEK}{MATHS}{MONEY}")

OTHER = str.maketrans(
    dict.fromkeys('"“”„‟「」『』《》〈〉〝〞«»®©™', "")
    | dict.fromkeys("()（）[]［］【】〔〕{}｛｝", "、")
    | dict.fromkeys("・•", "·")
    | dict.fromkeys("–−‐‑‒﹣－", "-")
    | dict.fromkeys("―─", "—")
    | dict.fromkeys("～〜∼", "~")
    | dict.fromkeys("‘’′＇", "'")
    | dict.fromkeys("\n\r\v\f\x85\u2028\u2029｡", "。")
    | dict.fromkeys("→←⇒", "，")
    | {"\t": " ", "⁄": "/", "〇": "零", "㎡": "m²", "㎥": "m³", "℉": "华氏度", "№": "No.", "⋯": "…"}
    | {"ϕ": "φ", "∶": ":", "′": "'"}
    | str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
    | {";": "；", "!": "！", "?": "？", "：": ":", "￥": "¥"}
)

TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
ATTACHED_FRACTION = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789-n")
RAISED = "[⁰¹²³⁴-⁹]"
ION = re.compile(rf"(?<!{RAISED})({RAISED}*)([⁺⁻])(?!{RAISED})")  # Ca²⁺
POWER = re.compile(rf"(?<=[A-Za-z\d])(?![²³](?!{RAISED}))(?:⁻?{RAISED}+|ⁿ)")  # 10⁻³, but not m²
VANISHING = {"Mn", "Me", "Cf"}  # accents and joiners belong to the character before them


def clean(text: str) -> str:
    """`text` in Chinese characters, ASCII letters and digits and `PLAIN` signs; all else is a space or nothing."""
    text = ATTACHED_FRACTION.sub("又", TAG.sub(" ", text))
    text = ION.sub(lambda match: match[1].translate(SUPERSCRIPTS) + ("正" if match[2] == "⁺" else "负"), text)
    text = POWER.sub(lambda match: f"^{match[0].translate(SUPERSCRIPTS)}", text)
    text = "".join(map(_plain, text))
    text = re.sub(r"\.{2,}|…+", "…", text)
    return re.sub(r" +", " ", text).strip()


def is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


def _plain(character: str) -> str:
    if _is_sign(character):
        return character.translate(OTHER)
    category = unicodedata.category(character)
    if category == "Nl":  # Ⅳ
        return f"{unicodedata.numeric(character, 0):.0f}"
    compatible = unicodedata.normalize("NFKD", character)
    if category == "No" and "⁄" not in compatible:  # ①②
        compatible = f"、{compatible}、"
    return "".join(map(_known, compatible))


def _known(character: str) -> str:
    if _is_sign(character) or is_han(character):
        return character.translate(OTHER)
    return "" if unicodedata.category(character) in VANISHING else " "


def _is_sign(character: str) -> bool:
    return character in PLAIN or ord(character) in OTHER
