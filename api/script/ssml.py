"""A subset of SSML (https://www.w3.org/TR/speech-synthesis11/) → runs; all else is refused by its name and place."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from api.script import pinyin
from api.script.edits import Edit, SpokenText
from api.script.markup import Element, parse
from api.script.prosody import EMPHASIS, PROSODY
from api.script.run import Run
from api.script.say_as import WAYS
from api.script.style import Style
from api.synthesis.emotions import PRESETS
from api.synthesis.voices import Voices

BREAKS = {"none": 0.0, "x-weak": 0.25, "weak": 0.5, "medium": 0.75, "strong": 1.0, "x-strong": 1.25}
"""Seconds."""

EMOTIONS = {name: name for name in PRESETS} | {
    "cheerful": "happy",
    "depressed": "melancholic",
    "disgruntled": "disgusted",
    "fearful": "afraid",
    "gentle": "calm",
}
"""Ours, and Azure's names of the same."""

SPACES = str.maketrans("\t\n\r", "   ")
TIME = re.compile(r"\+?(\d{0,9}\.?\d{1,9})(ms|s)", re.ASCII)
DEGREE = re.compile(r"\d(?:\.\d{1,4})?", re.ASCII)
ENDED = re.compile(r"[。！？；!?;.…，、：,:][”’」』）】》〉)\]}\"'\s]*$")


def read(original: str, style: Style, voices: Voices) -> Iterator[Run]:
    """What is spoken of an SSML document, or `Refusal`; `style` holds where it says nothing else."""
    root = parse(original)
    if root.name != "speak":
        raise root.refusal("须以 <speak> 开头", "a document begins with <speak>")
    root.check("version")
    return _Reader(voices).inside(root, style)


@dataclass(frozen=True)
class _Reader:
    voices: Voices

    def inside(self, element: Element, style: Style) -> Iterator[Run]:
        for child in element.children:
            if isinstance(child, SpokenText):
                yield Run(SpokenText(child.text.translate(SPACES), child.spans), style)
                continue
            if child.name not in ELEMENTS:
                raise child.refusal("不支持的标签", "an element that is not supported")
            handle, attributes = ELEMENTS[child.name]
            child.check(*attributes)
            yield from handle(self, child, style)

    def paragraph(self, element: Element, style: Style) -> Iterator[Run]:
        yield _inserted("\n", element.place.at, style)
        yield from self.inside(element, style)
        yield _inserted("\n", element.end, style)

    def sentence(self, element: Element, style: Style) -> Iterator[Run]:
        """One without a mark at its end gets one."""
        runs = [*self.inside(element, style)]
        yield from runs
        text = "".join(run.spoken.text for run in runs)
        if text.strip() and not ENDED.search(text):
            yield _inserted("。", element.end, style)

    def pause(self, element: Element, style: Style) -> Iterator[Run]:
        if element.children:
            raise element.refusal("不能有内容", "this element holds nothing")
        yield Run(SpokenText("", ()), style, _break_s(element))

    def phoneme(self, element: Element, style: Style) -> Iterator[Run]:
        alphabet, written, text = element.get("alphabet", "pinyin"), element.needed("ph"), element.text()
        if alphabet not in {"pinyin", "sapi"} and not alphabet.startswith("x-"):
            raise element.bad("alphabet")
        marks = pinyin.marks(text.text, written)
        if marks is None:
            chinese = "ph 须为带声调的拼音，每个汉字一个音节"
            raise element.refusal(chinese, "ph must be pinyin with tones, a syllable for each character", written)
        yield Run(text.apply(Edit(at, at + 1, mark) for at, mark in enumerate(marks)), style)

    def substitute(self, element: Element, style: Style) -> Iterator[Run]:
        alias, text = element.needed("alias"), element.text()
        span = text.span if text.spans else (element.place.at,) * 2
        yield Run(SpokenText(alias, (span,) * len(alias)), style)

    def say_as(self, element: Element, style: Style) -> Iterator[Run]:
        way, text = element.needed("interpret-as"), element.text()
        if way not in WAYS:
            raise element.bad("interpret-as")
        edits = WAYS[way](text.text, element.get("format", ""))
        if edits is None:
            raise element.refusal(f"不能读作 {way}", f"this cannot be said as {way}", text.text)
        yield Run(text.apply(edits), style)

    def prosody(self, element: Element, style: Style) -> Iterator[Run]:
        speed, pitch, volume = (_factor(element, name) for name in ("rate", "pitch", "volume"))
        return self.inside(element, style.scaled(speed=speed, pitch=pitch, volume=volume))

    def emphasis(self, element: Element, style: Style) -> Iterator[Run]:
        level = element.get("level", "moderate")
        if level not in EMPHASIS:
            raise element.bad("level")
        return self.inside(element, style.scaled(**EMPHASIS[level]))

    def voice(self, element: Element, style: Style) -> Iterator[Run]:
        return self.inside(element, replace(style, voice=self.voices.resolve(element.needed("name"))))

    def express(self, element: Element, style: Style) -> Iterator[Run]:
        name, degree = element.needed("style"), element.get("styledegree", "")
        if name not in EMOTIONS:
            raise element.bad("style")
        if degree and not DEGREE.fullmatch(degree):
            raise element.bad("styledegree")
        intensity = min(float(degree), 1.0) if degree else style.intensity
        return self.inside(element, replace(style, emotion=PRESETS[EMOTIONS[name]], intensity=intensity))


Handler = Callable[[_Reader, Element, Style], Iterator[Run]]

ELEMENTS: Mapping[str, tuple[Handler, tuple[str, ...]]] = {
    "p": (_Reader.paragraph, ()),
    "s": (_Reader.sentence, ()),
    "break": (_Reader.pause, ("time", "strength")),
    "phoneme": (_Reader.phoneme, ("alphabet", "ph")),
    "sub": (_Reader.substitute, ("alias",)),
    "say-as": (_Reader.say_as, ("interpret-as", "format", "detail")),
    "prosody": (_Reader.prosody, tuple(PROSODY)),
    "emphasis": (_Reader.emphasis, ("level",)),
    "voice": (_Reader.voice, ("name",)),
    "mstts:express-as": (_Reader.express, ("style", "styledegree")),
}
"""What is done with each, and which attributes it may have."""


def _factor(element: Element, name: str) -> float:
    factor = PROSODY[name].factor(element.get(name, "default"))
    if factor is None:
        raise element.bad(name)
    return factor


def _break_s(element: Element) -> float:
    if "time" not in element.attributes:
        strength = element.get("strength", "medium")
        if strength not in BREAKS:
            raise element.bad("strength")
        return BREAKS[strength]
    time = TIME.fullmatch(element.attributes["time"].strip())
    if not time:
        raise element.bad("time")
    return float(time[1]) / (1000 if time[2] == "ms" else 1)


def _inserted(text: str, at: int, style: Style) -> Run:
    return Run(SpokenText(text, ((at, at),) * len(text)), style)
