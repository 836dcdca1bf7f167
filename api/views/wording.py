"""Fields of a body that say what is made of its text before it is spoken."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from api.body import StrictModel
from api.glossary.entries import SPOKEN_CHARACTERS, WORD_CHARACTERS, guessed
from api.hygiene.cleaning import NOTHING, Brackets, Cleaning, Code, Emails, Emoji, Urls
from api.script.dictation import Dictation
from api.script.reading import InputType

WORDS = 100
"""Of a glossary that comes with a call."""

GLOSSARY = {"行长": "hang2 zhang3", "WHO": "世卫组织"}

Word = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": WORD_CHARACTERS})]
Spoken = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": SPOKEN_CHARACTERS})]
"""What is checked elsewhere."""


class CleaningBody(StrictModel):
    markdown: bool = Cleaning.markdown
    """标题、列表、表格等标记不读。The marks of headings, lists, tables and the like are not read."""
    code: Code = Cleaning.code
    """代码块：说明、略过或照读。A block of code is announced, left out, or read."""
    latex: bool = Cleaning.latex
    """公式读成中文。Formulas are read in Chinese."""
    urls: Urls = Cleaning.urls
    """网址：读域名、略过或照读。Of an address the host is read, or nothing, or all of it as it is written."""
    emails: Emails = Cleaning.emails
    """邮箱：读出、略过或照读。An e-mail address is read out, left out, or read as it is written."""
    emoji: Emoji = Cleaning.emoji
    """表情：略过、读名称或照读。A breath, the name, or whatever the engine makes of it."""
    brackets: Brackets = Cleaning.brackets
    """括号：略过引用编号、全部略过或照读。Numbers of sources are left out, or everything in brackets, or nothing."""


def _switched(given: Any) -> Any:
    """All of it or nothing of it, as an object."""
    return asdict(Cleaning() if given else NOTHING) if isinstance(given, bool) else given


class DictationBody(StrictModel):
    repeat: Annotated[int, Field(ge=1, le=5)] = Dictation.repeat
    """读几遍。How often each is read."""
    gap_s: Annotated[float, Field(ge=0, le=30)] = Dictation.gap_s
    """每遍之后停顿多久，秒。The pause after each reading, seconds."""
    write_s: Annotated[float, Field(ge=0, le=10)] = Dictation.write_s
    """每个字再加多久，秒。So much more for each character there is to write, seconds."""
    slow: bool = Dictation.slow
    """最后一遍慢读。The last reading has 0.75 of the `speed`."""

    def dictation(self) -> Dictation:
        return Dictation(**self.model_dump())


class Wording(StrictModel):
    """Of every text."""

    clean: Annotated[
        CleaningBody,
        BeforeValidator(_switched, json_schema_input_type=bool | CleaningBody),
        Field(json_schema_extra={"default": True}),
    ] = CleaningBody()
    """写给眼睛看的内容怎么读。What is done with what is written for the eye, kind by kind; `true` is all defaults,
    `false` leaves everything as it is."""
    glossary: Annotated[dict[Word, Spoken], Field(default_factory=dict, max_length=WORDS, examples=[GLOSSARY])]
    """这次调用的词汇表：词语和读音或替代文字。Words of this call, each with its pinyin or what is said instead; they go
    before the caller's own."""

    def cleaning(self) -> Cleaning:
        return Cleaning(**self.clean.model_dump())

    def words(self) -> Mapping[str, str]:
        """What is said for the words of the call's glossary, or `Refusal`."""
        return {word: guessed(word, reading).spoken for word, reading in self.glossary.items()}


class WholeWording(Wording):
    """Of a text that is known whole."""

    input_type: InputType = "auto"
    """是否 SSML。`auto` is SSML where a text begins with `<speak`."""
