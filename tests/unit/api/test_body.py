"""Whatever bytes a body has, it is parsed or refused; nothing in it is our failure."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import problems
from api.body import StrictModel, parse_json, validate
from api.problems import Refusal, render

# With lone surrogates, which st.text() leaves out and JSON's escapes can spell.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(TEXTS, values, max_size=3),
    max_leaves=8,
)


class Body(StrictModel):
    text: str


BLAME = {"text": problems.INVALID_TEXT, "text:missing": problems.TEXT_MISSING}


def outcome(raw: bytes) -> str:
    """`ok` or the code of the refusal, rendered as an answer would be."""
    try:
        validate(Body, parse_json(raw), BLAME)
    except Refusal as refusal:
        json.dumps(render(refusal, "zh", "id"), ensure_ascii=False).encode()
        return refusal.problem.code
    return "ok"


@given(st.dictionaries(TEXTS | st.just("text"), VALUES, max_size=3))
def test_every_object_is_taken_or_refused(body: dict[str, Any]) -> None:
    """No object makes an error of ours, and what is taken can be written down."""
    raw = json.dumps(body).encode()
    if outcome(raw) == "ok":
        body["text"].encode()


@given(st.binary(max_size=40))
def test_all_bytes_are_taken_or_refused(raw: bytes) -> None:
    """No bytes make an error of ours."""
    outcome(raw)


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("ok", rb'{"text": "\ud83d\ude00"}'),
        ("ok", rb'{"text": "\\ud800"}'),
        ("invalid_json", rb'{"text": "\ud800"}'),
        ("invalid_json", rb'{"text": "\uDC00\uD800"}'),
        ("invalid_json", rb'{"\ud800": 1}'),
        ("invalid_json", rb'{"\ud800": 1, "text": "x"}'),
        ("invalid_json", rb'{"text": {"x": ["\udfff"]}}'),
        ("invalid_json", b"[" * 100_000),
        ("invalid_json", b'{"text": NaN}'),
        ("invalid_json", b'{"text": ' + b"1" * 5000 + b"}"),
        ("invalid_json", b"[]"),
        ("invalid_encoding", b'{"text": "\xed\xa0\x80"}'),
        ("duplicate_field", b'{"text": "a", "text": "b"}'),
        ("unknown_field", rb'{"text": "a", "\ud83d\ude00": 1}'),
        ("text_missing", b"{}"),
        ("invalid_text", b'{"text": 1}'),
    ],
)
def test_refusals(code: str, raw: bytes) -> None:
    """Each thing that is wrong with a body has its own code."""
    assert code == outcome(raw)


def test_whole_numbers_are_integers() -> None:
    """However they are written; others are not made whole."""
    parsed = parse_json(b'{"a": 7.0, "b": 7e2, "c": 7.5, "d": 1e400, "e": -0.0}')
    assert {"a": "7", "b": "700", "c": "7.5", "d": "inf", "e": "0"} == {name: str(n) for name, n in parsed.items()}


def test_a_mapping_that_is_refused_as_a_whole() -> None:
    """A key that is not Unicode, should one get as far as the model, is a wrong body too."""
    with pytest.raises(Refusal, match="invalid_json"):
        validate(Body, {"\ud800": 1}, BLAME)
