"""Names of hosts and mailboxes, as they are said."""

DIGITS = str.maketrans("0123456789.", "零幺二三四五六七八九点")


def dotted(name: str) -> str:
    """`163.com` as 幺六三点com: digits one by one, with yāo for 1 as in telephone numbers."""
    return name.translate(DIGITS)
