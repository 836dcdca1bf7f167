"""A label has the standard's fields, and shows whether its maker's part of it was changed."""

import json
import re

import pytest

from api.labels.metadata import Labels, Signer, Verdict

SIGNER = Signer("s" * 32)
VALUE = re.compile(r"[!#-\[\]-~]*")
"""Printable ASCII without space, quotation mark and backslash."""


def label(producer: str = "001191110102MAD55U9H0F10002", content_id: str = "a1" * 16) -> dict[str, str]:
    outer = json.loads(Labels(producer, SIGNER).of(content_id))
    assert ["AIGC"] == list(outer)
    fields: dict[str, str] = outer["AIGC"]
    return fields


def test_the_fields_of_the_standard() -> None:
    """All seven in their order, strings of permitted characters; who makes a copy first is its propagator."""
    fields = label()
    wanted = "Label ContentProducer ProduceID ReservedCode1 ContentPropagator PropagateID ReservedCode2"
    assert wanted.split() == list(fields)
    assert all(VALUE.fullmatch(value) for value in fields.values())
    assert ("1", "001191110102MAD55U9H0F10002", "a1" * 16) == tuple(fields.values())[:3]
    assert ("001191110102MAD55U9H0F10002", "a1" * 16, "") == tuple(fields.values())[4:]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.GOOD),
        ({"ContentPropagator": "another", "PropagateID": "7", "ReservedCode2": "x"}, Verdict.GOOD),
        ({"Label": "2"}, Verdict.ALTERED),
        ({"ContentProducer": "another"}, Verdict.ALTERED),
        ({"ProduceID": "b2" * 16}, Verdict.ALTERED),
        ({"ReservedCode1": label()["ReservedCode1"][:-1]}, Verdict.ALTERED),
        ({"ReservedCode1": "é"}, Verdict.OTHER_KEY),
        ({"ReservedCode1": label()["ReservedCode1"] + "é"}, Verdict.ALTERED),
        ({"ReservedCode1": ""}, Verdict.UNSIGNED),
    ],
)
def test_what_was_changed_shows(changes: dict[str, str], verdict: Verdict) -> None:
    """In the producer's part; whoever passes a file on may write into the propagator's."""
    assert verdict is SIGNER.verify(label() | changes)


def test_fields_that_are_missing() -> None:
    """A label of which a part was taken away is not good."""
    fields = label()
    del fields["ContentProducer"]
    assert Verdict.ALTERED is SIGNER.verify(fields)
    assert Verdict.UNSIGNED is SIGNER.verify({})


def test_another_key() -> None:
    """It is told apart from an altered label, and says nothing about the secret."""
    assert Verdict.OTHER_KEY is Signer("t" * 32).verify(label())
    assert "s" * 8 not in label()["ReservedCode1"]
