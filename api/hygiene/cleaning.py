"""Which kinds of hygiene a text gets, and in which order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from api.hygiene import brackets, code, emails, emoji, formulas, markdown, urls
from api.script import marks
from api.script.edits import Edit, SpokenText

Kind = Callable[[str], list[Edit]]
Code = Literal["notice", "skip", "keep"]
Urls = Literal["host", "skip", "keep"]
Emails = Literal["read", "skip", "keep"]
Emoji = Literal["skip", "name", "keep"]
Brackets = Literal["citations", "skip", "keep"]


@dataclass(frozen=True)
class Cleaning:
    """What is done with each kind; "keep" and False leave it as it is written."""

    markdown: bool = True
    code: Code = "notice"
    latex: bool = True
    urls: Urls = "host"
    emails: Emails = "read"
    emoji: Emoji = "skip"
    brackets: Brackets = "citations"

    def clean(self, text: SpokenText) -> SpokenText:
        """The text as a person would read it; its marks stay as they are."""
        for kind in self._kinds():
            if edits := kind(text.text):
                text = text.apply(marks.outside(text.text, edits))
        return text

    def _kinds(self) -> Iterator[Kind]:
        """Each sees what those before it have left: no formula is looked for in code, no address in a link's target."""
        if self.code != "keep":
            yield partial(code.edits, notice=self.code == "notice")
        if self.latex:
            yield formulas.edits
        if self.markdown:
            yield markdown.edits
            yield markdown.unpaired
        if self.urls != "keep":
            yield partial(urls.edits, host=self.urls == "host")
        if self.emails != "keep":
            yield partial(emails.edits, read=self.emails == "read")
        if self.emoji != "keep":
            yield partial(emoji.edits, name=self.emoji == "name")
        if self.brackets != "keep":
            yield brackets.edits if self.brackets == "skip" else brackets.citations


NOTHING = Cleaning(markdown=False, code="keep", latex=False, urls="keep", emails="keep", emoji="keep", brackets="keep")
