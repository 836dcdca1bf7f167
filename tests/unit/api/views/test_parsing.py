"""Every wrong body has its own code, and no body is a surprise."""

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audio.formats import FORMATS, Encoding
from api.body import parse_json
from api.problems import Refusal
from api.synthesis.emotions import EMOTIONS, PRESETS
from api.synthesis.request import SpeechRequest
from api.synthesis.voices import Voices
from api.views.bodies import TEXT_PATTERN, SpeechBody
from api.views.parsing import parse

VOICES = Voices("baker")
FIELDS = [*SpeechBody.model_fields]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text() | st.sampled_from(FIELDS), inner),
)


def speech(body: dict[str, Any]) -> SpeechRequest:
    return parse(body, VOICES, 1000).speech


def code_of(body: dict[str, Any]) -> str:
    with pytest.raises(Refusal) as caught:
        parse(body, VOICES, 1000)
    return caught.value.problem.code


@given(st.text(max_size=20) | st.text("\x00\t\n\x1c\x7f\x85\x9f\u3000 a", max_size=20))
def test_the_documented_pattern(text: str) -> None:
    """A text is taken exactly if it has the pattern that OpenAPI tells of."""
    try:
        parse({"text": text}, VOICES, 1000)
    except Refusal:
        taken = False
    else:
        taken = True
    assert taken == bool(re.fullmatch(TEXT_PATTERN, text))


def test_defaults() -> None:
    """A text alone is enough: neutral, at normal speed, stripped of white space around it."""
    assert SpeechRequest("你好", "baker", (0.0,) * 8, 1.0).script == speech({"text": " 你好\n\u3000"}).script


def test_everything_given() -> None:
    """An emotion by name or as a vector, and a speed, which may be a whole number."""
    assert PRESETS["happy"] == speech({"text": "好", "emotion": "happy"}).emotion
    assert (1.0, 0.0) == PRESETS["happy"][:2]
    vector = [0, 0.5, 1, 0, 0, 0, 0, 0.25]
    expected = SpeechRequest("好", "baker", tuple(vector), 2.0)
    assert expected.script == speech({"text": "好", "emotion": vector, "speed": 2}).script


def test_the_file_that_is_asked_for() -> None:
    """A WAV at the engine's rate, unless the body says otherwise."""
    assert Encoding() == parse({"text": "好"}, VOICES, 1000).encoding
    body = {"text": "好", "response_format": "mp3", "sample_rate": 44100, "bit_rate": 96000}
    assert Encoding(FORMATS["mp3"], 44100, 96000) == parse(body, VOICES, 1000).encoding


@pytest.mark.parametrize("name", ["neutral", *EMOTIONS, "serious"])
def test_emotion_names(name: str) -> None:
    """Each name stands for eight numbers from 0 to 1."""
    vector = speech({"text": "好", "emotion": name}).emotion
    assert 8 == len(vector)
    assert all(0 <= strength <= 1 for strength in vector)


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("text_missing", {}),
        ("text_missing", {"speed": 1.0}),
        ("text_empty", {"text": ""}),
        ("text_empty", {"text": " \u3000\n"}),
        ("text_too_long", {"text": "长" * 1001}),
        ("invalid_text", {"text": None}),
        ("invalid_text", {"text": 12}),
        ("invalid_text", {"text": ["你好"]}),
        ("invalid_text", {"text": "你\x00好"}),
        ("invalid_text", {"text": "你\ud800好"}),
        ("unknown_field", {"text": "好", "loudness": 1.0}),
        ("invalid_emotion", {"text": "好", "emotion": "Happy"}),
        ("invalid_emotion", {"text": "好", "emotion": ""}),
        ("invalid_emotion", {"text": "好", "emotion": None}),
        ("invalid_emotion", {"text": "好", "emotion": {}}),
        ("invalid_emotion", {"text": "好", "emotion": [0.0] * 7}),
        ("invalid_emotion", {"text": "好", "emotion": [0.0] * 9}),
        ("invalid_emotion", {"text": "好", "emotion": [0.0] * 7 + [1.01]}),
        ("invalid_emotion", {"text": "好", "emotion": [0.0] * 7 + [-0.01]}),
        ("invalid_emotion", {"text": "好", "emotion": [0.0] * 7 + [math.nan]}),
        ("invalid_emotion", {"text": "好", "emotion": [0.0] * 7 + [True]}),
        ("invalid_emotion", {"text": "好", "emotion": [0.0] * 7 + ["0"]}),
        ("invalid_speed", {"text": "好", "speed": "1.0"}),
        ("invalid_speed", {"text": "好", "speed": True}),
        ("invalid_speed", {"text": "好", "speed": None}),
        ("invalid_speed", {"text": "好", "speed": 0.49}),
        ("invalid_speed", {"text": "好", "speed": 2.01}),
        ("invalid_speed", {"text": "好", "speed": math.inf}),
        ("invalid_speed", {"text": "好", "speed": 10**400}),
        ("invalid_intensity", {"text": "好", "intensity": 1.01}),
        ("invalid_intensity", {"text": "好", "intensity": "1"}),
        ("invalid_pitch", {"text": "好", "pitch": 0.79}),
        ("invalid_pitch", {"text": "好", "pitch": None}),
        ("invalid_volume", {"text": "好", "volume": 50}),
        ("invalid_volume", {"text": "好", "volume": -0.1}),
        ("invalid_seed", {"text": "好", "seed": -1}),
        ("invalid_seed", {"text": "好", "seed": 2**32}),
        ("invalid_seed", {"text": "好", "seed": 1.0}),
        ("invalid_seed", {"text": "好", "seed": True}),
        ("invalid_seed", {"text": "好", "seed": "again"}),
        ("invalid_input_type", {"text": "好", "input_type": "xml"}),
        ("invalid_format", {"text": "好", "response_format": None}),
        ("invalid_format", {"text": "好", "response_format": "MP3"}),
        ("invalid_sample_rate", {"text": "好", "sample_rate": 11025}),
        ("invalid_sample_rate", {"text": "好", "sample_rate": 24000.5}),
        ("invalid_sample_rate", {"text": "好", "response_format": "opus", "sample_rate": 44100}),
        ("invalid_bit_rate", {"text": "好", "bit_rate": 64000}),
        ("invalid_bit_rate", {"text": "好", "response_format": "mp3", "bit_rate": "64k"}),
        ("invalid_bit_rate", {"text": "好", "response_format": "mp3", "bit_rate": 10**30}),
    ],
)
def test_refusals(code: str, body: dict[str, Any]) -> None:
    """Each kind of mistake is told by a stable code."""
    assert code == code_of(body)


def test_longest_text() -> None:
    """Exactly the allowed length is allowed, white space around it not counted."""
    assert 1000 == len(speech({"text": " " + "长" * 1000 + " "}).text)


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("invalid_json", b""),
        ("invalid_json", b"text=hello"),
        ("invalid_json", b"[]"),
        ("invalid_json", b'"text"'),
        ("invalid_json", b'{"text": "a"'),
        ("invalid_json", b'{"text": "a"} x'),
        ("invalid_json", b'{"speed": NaN}'),
        ("invalid_json", b'{"speed": -Infinity}'),
        ("invalid_json", b'{"speed": ' + b"9" * 5000 + b"}"),
        ("invalid_json", b"[" * 16000),
        ("invalid_json", b'\xef\xbb\xbf{"text": "a"}'),
        ("duplicate_field", b'{"text": "a", "text": "b"}'),
        ("invalid_encoding", '{"text": "你好"}'.encode("gbk")),
        ("invalid_encoding", '{"text": "a"}'.encode("utf-16")),
    ],
)
def test_not_json(code: str, raw: bytes) -> None:
    """What is not one JSON object in UTF-8 is refused as such."""
    with pytest.raises(Refusal) as caught:
        parse_json(raw)
    assert code == caught.value.problem.code


def status_of(raw: bytes) -> int:
    try:
        parse(parse_json(raw), VOICES, 1000)
    except Refusal as error:
        return error.problem.status
    return 200


@given(JSON)
def test_any_json_is_parsed_or_refused(value: Any) -> None:
    """No JSON document whatever makes anything but a request or a 400."""
    assert status_of(json.dumps(value).encode()) in {200, 400}


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    """No bytes whatever make anything but a request or a 400."""
    assert status_of(raw) in {200, 400}
