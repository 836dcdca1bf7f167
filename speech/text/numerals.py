"""Digits that are read one by one."""

DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
CODE_DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")


def spell(digits: str) -> str:
    return digits.translate(DIGITS)


def spell_code(digits: str) -> str:
    """Digits of a telephone, room or order number, where 1 is yāo so as not to be heard as 7."""
    return digits.translate(CODE_DIGITS)


def dotted(numbers: str) -> str:
    """A version or address such as 1.12.3: small parts are counted, longer ones spelled."""
    return "点".join(map(_part, numbers.split(".")))


def _part(digits: str) -> str:
    if len(digits) != 2 or digits[0] == "0":  # noqa: PLR2004  two digits are a number of tens
        return spell(digits)
    tens = "" if digits[0] == "1" else spell(digits[0])
    units = "" if digits[1] == "0" else spell(digits[1])
    return f"{tens}十{units}"
