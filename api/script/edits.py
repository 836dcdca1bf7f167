"""Texts that are spoken otherwise than they are written, and where in the original each of their characters comes from.

Places are in characters of the original text, as of every `[start:end]`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Self

Span = tuple[int, int]


@dataclass(frozen=True)
class Edit:
    """What stands at `[start:end]` of a text is spoken as `spoken`; "" is not at all, an empty span an insertion."""

    start: int
    end: int
    spoken: str


@dataclass(frozen=True)
class SpokenText:
    """A text for an engine. `spans[i]` is what `text[i]` is spoken for: all characters of an edit have the edit's span.

    Starts and ends of the spans never decrease. What was left out is in no span.
    """

    text: str
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, original: str) -> Self:
        """The original as it is."""
        return cls(original, tuple((at, at + 1) for at in range(len(original))))

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """Parts in one, in the order in which they stand in the original."""
        parts = [*parts]
        return cls("".join(part.text for part in parts), tuple(chain.from_iterable(part.spans for part in parts)))

    @property
    def span(self) -> Span:
        """From the first to the last of the original; not of an empty text."""
        return self.spans[0][0], self.spans[-1][1]

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> Self:
        return type(self)(self.text[part], self.spans[part])

    def __add__(self, other: Self) -> Self:
        """Both, where the other stands behind this one in the original."""
        return type(self)(self.text + other.text, self.spans + other.spans)

    def apply(self, edits: Iterable[Edit]) -> Self:
        """The text with these edits of it, in any order; ValueError if two overlap or one is outside the text."""
        parts, at = list[Self](), 0
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            if not at <= edit.start <= edit.end <= len(self):
                raise ValueError(f"overlapping or outside the text: {edit}")
            parts += self[at : edit.start], self._spoken(edit)
            at = edit.end
        parts.append(self[at:])
        return self.joined(parts)

    def _spoken(self, edit: Edit) -> Self:
        return type(self)(edit.spoken, (self._place(edit.start, edit.end),) * len(edit.spoken))

    def _place(self, start: int, end: int) -> Span:
        """Of `text[start:end]` in the original; an insertion stands before the next character, or at the end."""
        if start < end:
            return self[start:end].span
        before = self.spans[start - 1][1] if start else 0
        at = self.spans[start][0] if start < len(self) else before
        return at, max(at, before)  # more than nothing inside what was spoken for an earlier edit
