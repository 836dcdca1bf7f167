"""The marks of Markdown: what they mark is read, line by line, and they are not."""

import re
from collections.abc import Iterator

from api.hygiene.commonmark import Event, events
from api.script.edits import Edit

MARK = re.compile(r"\S+")
NUMBER = re.compile(r"\d+(?=[.)])")
STARS = re.compile(r"\*{2,}")
DEFINITION = re.compile(r"^[ >]*\[[^\]\n]+\]:[ \t]*(?:<|\S*(?:://|www\.|[/#])).*", re.MULTILINE)
"""Of the address of a link; without one it may be what somebody says: `[张三]: 你好`."""

ADDRESS = re.compile(r"[/.#:@]")
COMMENT = "<!--"


def edits(text: str) -> list[Edit]:
    """Marks are not spoken, but a comma between cells, and a pause after a number.

    Left alone is what is Markdown only by its letter: `2*3*4`, `3~5天，6~8天`, `[注](见下)`, `[张三]: 你好`, `>5kg`,
    and text that is indented.
    """
    return [edit for edit in _edits(text) if edit.spoken != text[edit.start : edit.end]]


def unpaired(text: str) -> list[Edit]:
    """Asterisks that are left: CommonMark does not take `**“重点”**的` for bold. Not those of `2**3` and `2 ** 3`."""
    return [Edit(*stars.span(), "") for stars in STARS.finditer(text) if not _is_operator(text, *stars.span())]


def _edits(text: str) -> Iterator[Edit]:
    document = Event("Document", None, 0, len(text))
    at, owners = 0, [document]
    for event in events(text):
        start, end = max(at, event.start), max(at, event.end)
        if event.closes:
            yield from _marks(text, at, end, owners.pop(), last=True)
            at = end
            continue
        yield from _marks(text, at, start, owners[-1])
        if event.opens:
            owners.append(event)
            at = end if _is_text(text, event) else start
        else:
            if event.start == start:
                yield from _content(text, event)
            at = end
    yield from _marks(text, at, len(text), document)


def _content(text: str, event: Event) -> Iterator[Edit]:
    start, end = event.start, event.end
    if event.name in {"Text", "Code"}:
        yield Edit(start, end, event.value)
    elif event.name not in {"Html", "InlineHtml"}:
        yield from _without(MARK, text, start, end)
    elif text.startswith(COMMENT, start):
        yield Edit(start, end, "")


def _marks(text: str, start: int, end: int, owner: Event, *, last: bool = False) -> Iterator[Edit]:
    """Edits of what stands at `[start:end]`, perhaps nothing, of an element; `last` is what ends it."""
    mark = text[start:end]
    if owner.name in {"TableHead", "TableRow"} and start > owner.start and not last:
        yield Edit(start, end, "，")
    elif owner.name == "Item" and start == owner.start and (number := NUMBER.match(mark)):
        yield Edit(start + len(number[0]), end, "、")
    elif owner.name in {"Link", "Image"}:
        yield Edit(start, end, "")
    elif owner.name not in {"CodeBlock", "FootnoteDefinition"} and any(map(str.isalnum, mark)):
        yield from _without(DEFINITION, text, start, end)
    elif not _is_sign(text, start, end):
        yield from _without(MARK, text, start, end)


def _without(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Edit]:
    return (Edit(*match.span(), "") for match in pattern.finditer(text, start, end))


def _is_text(text: str, event: Event) -> bool:
    """Whether it is an element only by the letter: a link to no address, code behind `~~~`."""
    if event.name == "CodeBlock":
        return text.startswith("~", event.start)
    return event.name in {"Link", "Image"} and not ADDRESS.search(event.value["dest_url"])


def _is_sign(text: str, start: int, end: int) -> bool:
    """Whether it stands for something in words: 2*3, 3~5, >5kg."""
    mark, after = text[start:end], text[end : end + 1]
    return mark == "~" or (mark == "*" and _is_operator(text, start, end)) or (mark.endswith(">") and after.isdecimal())


def _is_operator(text: str, start: int, end: int) -> bool:
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    return around.isspace() or (len(around) > 1 and around.isascii() and around.isalnum())
