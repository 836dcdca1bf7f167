"""Markdown as a flat sequence of events with their places.

`pyromark` is pulldown-cmark, the parser of rustdoc and mdBook: it takes linear time, and unlike markdown-it-py it knows
where each mark stands, not only in which line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyromark import Markdown, Options

_parser = Markdown(
    options=Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS | Options.ENABLE_FOOTNOTES
)


@dataclass(frozen=True)
class Event:
    """What stands at `[start:end]`: `Text`, `Code`, `Rule` …, or where an element such as `Link` opens and closes."""

    name: str
    value: Any
    start: int
    end: int
    opens: bool = False
    closes: bool = False


def events(text: str) -> Iterator[Event]:
    places = [at for at, character in enumerate(text) for _ in character.encode()] + [len(text)]
    for event, span in _parser.events_with_range(text):
        name, value = _named(event)
        opens, closes = name == "Start", name == "End"
        if opens or closes:
            name, value = _named(value)
        yield Event(name, value, places[span["start"]], places[span["end"]], opens, closes)


def _named(event: Any) -> tuple[str, Any]:
    if isinstance(event, str):
        return event, None
    ((name, value),) = event.items()
    return name, value
