import re
from pathlib import Path

import pytest

from benchmarks.speed.claims import FILES, claimed, newest
from benchmarks.speed.parts import PARTS

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("name", FILES)
def test_what_is_claimed_was_measured(name: str) -> None:
    """What is said of speed is what the newest results say; `python -m benchmarks.speed.claims` writes it."""
    text = (ROOT / name).read_text("utf-8")
    assert claimed(text, FILES[name](*newest())) == text


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_nothing_else_is_claimed(name: str) -> None:
    """No rate and no multiple stands in a README outside the part that comes from the results."""
    rest = claimed((ROOT / name).read_text("utf-8"), iter(()))
    assert [] == re.findall(r"\d(?:\.\d+)? ?(?:×|x faster|times as|倍|calls/s|audio s/s|QPS)", rest)


def test_every_part_was_measured() -> None:
    """The newest results are of the whole plan, of all parts, and none failed."""
    _, results = newest()
    assert "whole" == results["environment"]["plan"]
    assert [*PARTS] == [*results["parts"]]
    assert {} == results["failed"]


def test_only_the_claims_are_replaced() -> None:
    """Everything outside the two marks stays as it is."""
    text = "before\n<!-- speed -->\nold\n<!-- /speed -->\nafter\n"
    assert "before\n<!-- speed -->\nnew \\1\n<!-- /speed -->\nafter\n" == claimed(text, iter(["new \\1"]))
