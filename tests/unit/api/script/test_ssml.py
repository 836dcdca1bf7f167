"""The subset of SSML is done, all else is refused by name and place."""

from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.problems import Refusal
from api.script.reading import read
from api.script.run import Run
from api.script.ssml import ELEMENTS
from api.script.style import Style
from api.synthesis.emotions import PRESETS
from api.synthesis.voices import Voices

STYLE, VOICES = Style("baker"), Voices("baker", {"小明": "ming"})
VALUES = [*[None] * 6, "1s", "weak", "hao3", "characters", "+20%", "x-loud", "strong", "小明", "sad", "", "½", "９s"]


def runs_of(inside: str, **said: Any) -> list[Run]:
    """Those in which there is something."""
    runs = read(f"<speak>{inside}</speak>", "auto", replace(STYLE, **said), VOICES)
    return [run for run in runs if run.spoken.text.strip() or run.pause_s is not None]


def spoken(inside: str) -> str:
    (run,) = runs_of(inside)
    return run.spoken.text


def rounded(style: Style) -> dict[str, Any]:
    return {name: round(value, 9) if isinstance(value, float) else value for name, value in vars(style).items()}


def refused(text: str) -> tuple[str, int, int, str]:
    with pytest.raises(Refusal) as caught:
        read(text, "ssml", STYLE, VOICES)
    values: dict[str, Any] = caught.value.values
    return caught.value.problem.code, values["line"], values["column"], values["english"]


def test_a_document_as_azure_takes_it() -> None:
    """With namespaces, a language and white space; several voices in one text."""
    document = """<?xml version="1.0" encoding="utf-8"?>
    <speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis"
           xmlns:mstts="https://www.w3.org/2001/mstts" xml:lang="zh-CN">
      <voice name="小明"><mstts:express-as style="cheerful" styledegree="0.5">你好！</mstts:express-as></voice>
      <!-- and -->
      <voice name="default"><prosody rate="-20%">再见</prosody>。</voice>
    </speak>"""
    first, second = (run for run in read(document, "auto", STYLE, VOICES) if run.spoken.text.strip())
    assert ("你好！", Style("ming", PRESETS["happy"], intensity=0.5)) == (first.spoken.text.strip(), first.style)
    assert ("再见。", replace(STYLE, speed=0.8)) == (second.spoken.text.strip(), second.style)
    assert "你好！" == "".join(document[slice(*span)] for span in first.spoken.spans).strip()


@pytest.mark.parametrize(
    ("text", "kind", "is_ssml"),
    [
        ("<speak>好</speak>", "auto", True),
        ("<speak>好</speak>", "ssml", True),
        ('<?xml version="1.0"?>\n<speak>好</speak>', "auto", True),
        ("<!DOCTYPE html><p>好</p>", "auto", False),
        ("<speak>好</speak>", "text", False),
        ("<speaker>好", "auto", False),
        ("好<speak>", "auto", False),
    ],
)
def test_what_is_ssml(text: str, kind: Any, *, is_ssml: bool) -> None:
    """What begins with <speak, unless it is said otherwise."""
    assert is_ssml == (["好"] == [run.spoken.text for run in read(text, kind, STYLE, VOICES)])


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("你&amp;我&#x597d;<![CDATA[<b>]]>", "你&我好<b>"),
        ("一\n二", "一 二"),
        ("<p>一</p>二<p>三</p>", "\n一\n二\n三\n"),
        ("<s>一</s><s>二？</s><s>三”</s>", "一。二？三”。"),
        ('银<phoneme alphabet="sapi" ph="hang 2">行</phoneme>', "银‹行|HANG2›"),
        ('<phoneme ph="chóng qìng"> 重庆 </phoneme>', "‹重|CHONG2›‹庆|QING4›"),
        ('<sub alias="世卫">WHO</sub>好', "世卫好"),
        ('<say-as interpret-as="characters">aB1京</say-as>', "A B 一京"),
        ('<say-as interpret-as="digits">110号</say-as>', "一一零号"),
        ('<say-as interpret-as="telephone">+86 110</say-as>', "加八六，幺幺零"),
        ('<say-as interpret-as="cardinal">10010200.50</say-as>', "一千零一万零二百点五零"),
        ('<say-as interpret-as="number">-1,015</say-as>', "负一千零一十五"),
        ('<say-as interpret-as="ordinal">12</say-as>', "第十二"),
        ('<say-as interpret-as="date" format="mdy">2/10/2026</say-as>', "二零二六年二月十日"),
        ('<say-as interpret-as="date">2026-02-10</say-as>', "2026-02-10"),
        ('<say-as interpret-as="time">10:30</say-as>', "10:30"),
        ("行(xíng)", "‹行|XING2›"),
    ],
)
def test_texts(inside: str, expected: str) -> None:
    """What is spoken for them; what people type is a mark here, too."""
    assert expected == spoken(inside)


def test_places() -> None:
    """Each character stands where it is written, an entity as a whole; markup is in no place."""
    text = '<speak>你&amp;<![CDATA[<b>]]>x<?a b?>y<!-- -->\r\n<sub alias="世卫">WHO</sub></speak>'
    (run,) = read(text, "ssml", STYLE, VOICES)
    places = [text[slice(*span)] for span in run.spoken.spans]
    assert ["你", "&amp;", "<", "b", ">", "x", "y", "\r\n", "WHO", "WHO"] == places


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('prosody rate="slow"', {"speed": 0.8}),
        ('prosody rate="150%"', {"speed": 1.5}),
        ('prosody rate="1.5"', {"speed": 1.5}),
        ('prosody rate="500%"', {"speed": 2.0}),
        ('prosody rate="-100%"', {"speed": 0.5}),
        ('prosody pitch="+2st"', {"pitch": 2 ** (1 / 6)}),
        ('prosody pitch="-50%"', {"pitch": 0.8}),
        ('prosody pitch="high" volume="soft"', {"pitch": 1.12, "volume": 0.5}),
        ('prosody volume="-6dB"', {"volume": 10 ** (-6 / 20)}),
        ('prosody volume="50"', {"volume": 0.5}),
        ('prosody volume="+20%"', {"volume": 1.2}),
        ('prosody volume="silent"', {"volume": 0.0}),
        ("emphasis", {"speed": 0.92, "pitch": 1.02, "volume": 1.12}),
        ('emphasis level="none"', {}),
        ('mstts:express-as style="sad"', {"emotion": PRESETS["sad"]}),
        ('mstts:express-as style="angry" styledegree="2"', {"emotion": PRESETS["angry"], "intensity": 1.0}),
        ('voice name="小明"', {"voice": "ming"}),
    ],
)
def test_styles(tag: str, expected: dict[str, Any]) -> None:
    """Each changes what it says, within what can be had."""
    (run,) = runs_of(f"<{tag}>好</{tag.partition(' ')[0]}>")
    assert rounded(replace(STYLE, **expected)) == rounded(run.style)


def test_nested_styles() -> None:
    """Factors multiply, with those of the request, too; behind an element all is as before it."""
    inside = '慢<prosody rate="50%">更<prosody rate="+20%" volume="50%">快</prosody></prosody>好'
    runs = [(run.spoken.text, run.style.speed, run.style.volume) for run in runs_of(inside, speed=1.5, volume=2.0)]
    assert [("慢", 1.5, 2.0), ("更", 0.75, 2.0), ("快", pytest.approx(0.9), 1.0), ("好", 1.5, 2.0)] == runs


@pytest.mark.parametrize(
    ("tag", "pause_s"),
    [
        ("<break/>", 0.75),
        ('<break strength="none"/>', 0.0),
        ('<break strength="x-strong"/>', 1.25),
        ('<break time="1.5s" strength="weak"></break>', 1.5),
        ('<break time="+250ms"/>', 0.25),
        ("[pause:2s]", 2.0),
    ],
)
def test_breaks(tag: str, pause_s: float) -> None:
    """A time, or a strength; what people type is one here, too."""
    assert [("一", pause_s), ("二", None)] == [(run.spoken.text, run.pause_s) for run in runs_of(f"一{tag}二")]


def test_what_ends_words_stays_with_them() -> None:
    """A comma behind an element is no part by itself."""
    runs = [run.spoken.text for run in runs_of("他<emphasis>很</emphasis>，好<emphasis>吗</emphasis>？”")]
    assert ["他", "很，", "好", "吗？”"] == runs


@pytest.mark.parametrize(
    ("text", "line", "column", "told"),
    [
        ("<speak>你好<foo>x</foo></speak>", 1, 10, "an element that is not supported: <foo>"),
        ("<speak>\n <p/><audio src='x'/></speak>", 2, 6, "an element that is not supported: <audio>"),
        ("<speak><speak>x</speak></speak>", 1, 8, "an element that is not supported: <speak>"),
        ("<a>好</a>", 1, 1, "a document begins with <speak>: <a>"),
        ("好", 1, 1, "not well-formed: syntax error"),
        ("<speak>好<b>x</speak>", 1, 15, "not well-formed: mismatched tag"),
        ("<speak>a<b</speak>", 1, 11, "not well-formed: not well-formed (invalid token)"),
        ("<speak>&nbsp;</speak>", 1, 8, "not well-formed: undefined entity"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><speak>&b;</speak>', 1, 13, "a document type is not allowed: <!DOCTYPE a>"),
        ("<speak><p a='b'>好</p></speak>", 1, 8, "an attribute that is not supported: <p a>"),
        ("<speak><sub>好</sub></speak>", 1, 8, "the attribute alias is missing: <sub>"),
        ("<speak><sub alias='x'><p/></sub></speak>", 1, 8, "this element holds text alone: <sub>"),
        ("<speak><break>x</break></speak>", 1, 8, "this element holds nothing: <break>"),
        ("<speak><break time='x'/></speak>", 1, 8, 'a value that is not supported: <break time="x">'),
        ("<speak><break strength='x'/></speak>", 1, 8, 'a value that is not supported: <break strength="x">'),
        ("<speak><prosody rate='+10Hz'/></speak>", 1, 8, 'a value that is not supported: <prosody rate="+10Hz">'),
        ("<speak><emphasis level='x'/></speak>", 1, 8, 'a value that is not supported: <emphasis level="x">'),
        ("<speak><phoneme ph='' alphabet=''/></speak>", 1, 8, 'a value that is not supported: <phoneme alphabet="">'),
        ("<speak><say-as interpret-as='x'/></speak>", 1, 8, 'a value that is not supported: <say-as interpret-as="x">'),
        ("<speak><say-as interpret-as='ordinal'>第</say-as></speak>", 1, 8, "this cannot be said as ordinal: 第"),
    ],
)  # fmt: skip
def test_refusals(text: str, line: int, column: int, told: str) -> None:
    """Whatever is not in the subset is an error that names it and its place."""
    assert ("invalid_ssml", line, column, told) == refused(text)


@pytest.mark.parametrize(
    "element",
    [
        '<phoneme ph="xing">行</phoneme>',
        '<say-as interpret-as="cardinal">12个</say-as>',
        f'<say-as interpret-as="cardinal">{"9" * 17}</say-as>',
        '<say-as interpret-as="date" format="mdy">2/10</say-as>',
        '<say-as interpret-as="date" format="ydm">2/10/3</say-as>',
        '<mstts:express-as style="pirate">好</mstts:express-as>',
        '<mstts:express-as style="sad" styledegree="-1">好</mstts:express-as>',
        "<p>" * 40 + "</p>" * 40,
    ],
)
def test_more_refusals(element: str) -> None:
    """What cannot be said in the way that is asked for, or is nested too deep."""
    assert "invalid_ssml" == refused(f"<speak>{element}</speak>")[0]


def test_a_voice_that_nobody_can_have() -> None:
    """It is the same error as in the request."""
    with pytest.raises(Refusal) as caught:
        runs_of('<voice name="a b">好</voice>')
    assert "unknown_voice" == caught.value.problem.code


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@given(PRINTABLE)
def test_escapes(text: str) -> None:
    """Whatever is escaped is spoken as it stands."""
    plain = [run.spoken.text for run in read(text, "text", STYLE, VOICES)]
    for inside in (f"{escape(text)}<p/>", f"<sub alias={quoteattr(text)}>x</sub>"):
        assert plain == [
            run.spoken.text.rstrip("\n") for run in read(f"<speak>{inside}</speak>", "ssml", STYLE, VOICES)
        ]


@st.composite
def elements(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """Of the subset, with attributes that it has, whose values may be wrong."""
    name, (_, attributes) = draw(st.sampled_from([*ELEMENTS.items()]))
    values = {attribute: draw(st.sampled_from(VALUES)) for attribute in attributes}
    said = "".join(f" {attribute}={quoteattr(value)}" for attribute, value in values.items() if value is not None)
    return f"<{name}{said}>{draw(inner)}</{name}>"


TEXTS = st.sampled_from(["", "好", "12。", " \n", "行(xíng)", "[pause:1s]", "&lt;", "<![CDATA[<]]>", "<!-- -->", "😀"])
DOCUMENTS = st.recursive(
    TEXTS, lambda inner: elements(inner) | st.lists(inner | TEXTS, max_size=4).map("".join), max_leaves=8
)


@settings(max_examples=300)
@given(DOCUMENTS | st.text("<>speak/&;'\" =!-[]好", max_size=30))
def test_any_document(inside: str) -> None:
    """Whatever the document, it is read or refused, and all that is spoken stands in it, in order."""
    text = f"<speak>{inside}</speak>"
    try:
        runs = read(text, "ssml", STYLE, VOICES)
    except Refusal:
        return
    assert all(len(run.spoken.text) == len(run.spoken.spans) for run in runs)
    spans = [span for run in runs for span in run.spoken.spans]
    assert spans == sorted(spans)
    assert all(0 <= start <= end <= len(text) for start, end in spans)
