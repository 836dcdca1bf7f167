"""XML → elements and texts with their places, by expat; no document type is let in, so no entity can be declared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from xml.parsers import expat

from api import problems
from api.problems import Refusal
from api.script.edits import SpokenText

DEEPEST = 32
WITHOUT_EFFECT = re.compile(r"(?:xml|xmlns|xsi):.*|xmlns")
SHOWN_CHARACTERS = 60
"""Of what an error names."""


@dataclass(frozen=True)
class Place:
    """In the original: the character, and for people the line and its character, counted from 1."""

    at: int
    line: int
    column: int

    def refusal(self, chinese: str, english: str, what: str) -> Refusal:
        """What is wrong here, in two languages, and of what it is said."""
        shown = what[:SHOWN_CHARACTERS]
        return Refusal(
            problems.INVALID_SSML,
            line=self.line,
            column=self.column,
            chinese=f"{chinese}：{shown}",
            english=f"{english}: {shown}",
        )


@dataclass
class Element:
    """`place` is that of its tag, `end` the character at which its end tag begins."""

    name: str
    attributes: Mapping[str, str]
    place: Place
    children: "list[Element | SpokenText]" = field(default_factory=list)
    end: int = 0

    def check(self, *known: str) -> None:
        """`Refusal` if it has other attributes, but for namespaces, languages and schemas, which are of no effect."""
        for name in self.attributes:
            if name not in known and not WITHOUT_EFFECT.fullmatch(name):
                raise self.refusal("不支持的属性", "an attribute that is not supported", f"<{self.name} {name}>")

    def get(self, name: str, default: str) -> str:
        return self.attributes.get(name, default)

    def needed(self, name: str) -> str:
        if name not in self.attributes:
            raise self.refusal(f"缺少属性 {name}", f"the attribute {name} is missing")
        return self.attributes[name]

    def text(self) -> SpokenText:
        """What it holds, without the white space around it, or `Refusal` if that is not text alone."""
        texts = [child for child in self.children if isinstance(child, SpokenText)]
        if len(texts) < len(self.children):
            raise self.refusal("里面只能有文本", "this element holds text alone")
        text = SpokenText.joined(texts)
        start = len(text) - len(text.text.lstrip())
        return text[start : start + len(text.text.strip())]

    def bad(self, name: str) -> Refusal:
        """The value of an attribute is none of those that it may have."""
        what = f'<{self.name} {name}="{self.attributes[name]}">'
        return self.refusal("不支持的值", "a value that is not supported", what)

    def refusal(self, chinese: str, english: str, what: str = "") -> Refusal:
        return self.place.refusal(chinese, english, what or f"<{self.name}>")


def parse(original: str) -> Element:
    """The root of the document, or `Refusal`."""
    return _Builder(original).build()


class _Builder:
    def __init__(self, original: str) -> None:
        self._original = original
        bytes_before = accumulate((len(character.encode()) for character in original), initial=0)
        self._characters = {before: at for at, before in enumerate(bytes_before)}
        self._document = Element("", {}, Place(0, 1, 1))
        self._open = [self._document]
        self._text: tuple[str, int] | None = None  # what is being read, and where it begins
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._read
        parser.StartCdataSectionHandler = parser.EndCdataSectionHandler = self._finish_text
        parser.CommentHandler = lambda _: self._finish_text()
        parser.ProcessingInstructionHandler = lambda *_: self._finish_text()
        parser.StartDoctypeDeclHandler = self._refuse_document_type

    def build(self) -> Element:
        try:
            self._parser.Parse(self._original.encode(), True)  # noqa: FBT003 - it takes no names
        except expat.ExpatError as error:
            place = Place(0, error.lineno, error.offset + 1)
            raise place.refusal("XML 格式有误", "not well-formed", expat.ErrorString(error.code)) from None
        (root,) = self._document.children
        assert isinstance(root, Element), "expat lets no text stand outside the root"  # noqa: S101 - for the types
        return root

    @property
    def _place(self) -> Place:
        parser = self._parser
        at = self._characters[parser.CurrentByteIndex]
        return Place(at, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._finish_text()
        element = Element(name, attributes, self._place)
        if len(self._open) > DEEPEST:
            raise element.place.refusal(f"嵌套超过 {DEEPEST} 层", f"nested more than {DEEPEST} deep", f"<{name}>")
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._finish_text()
        self._open.pop().end = self._place.at

    def _read(self, data: str) -> None:
        self._finish_text()
        self._text = data, self._place.at

    def _finish_text(self) -> None:
        """Keep what was read up to here; an entity is one character that is written with several."""
        if self._text is None:
            return
        (data, start), end = self._text, self._place.at
        self._text = None
        one_by_one = tuple((at, at + 1) for at in range(start, end))
        spans = one_by_one if len(one_by_one) == len(data) else ((start, end),) * len(data)
        self._open[-1].children.append(SpokenText(data, spans))

    def _refuse_document_type(self, name: str, *_: object) -> None:
        raise self._place.refusal("不允许文档类型声明", "a document type is not allowed", f"<!DOCTYPE {name}>")
