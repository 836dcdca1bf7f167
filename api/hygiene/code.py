"""Code in a text: blocks are left out, what stands inside a sentence is read without its signs."""

import re

from api.hygiene.commonmark import events
from api.script.edits import Edit

NOTICE = "代码略。"

SILENT = re.compile(r"[`$\\_<>(){}\[\]|#~]+")


def edits(text: str, *, notice: bool) -> list[Edit]:
    """A block is spoken as `NOTICE` where that is wanted, else not at all."""
    block, found = NOTICE if notice else "", list[Edit]()
    for event in events(text) if "`" in text else ():
        if event.name == "Code":
            found.append(Edit(event.start, event.end, SILENT.sub(" ", event.value).strip()))
        elif event.name == "CodeBlock" and event.opens and text.startswith("```", event.start):
            found.append(Edit(event.start, event.end, block))
    return found
