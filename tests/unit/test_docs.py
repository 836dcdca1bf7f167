import re

from api import problems
from api.problems import Problem
from compose.local.settings import ROOT
from speech.baker.prosody import FULL

ROW = re.compile(r"^\| (?P<status>\d{3}) \| `(?P<code>\w+)` \| (?P<zh>[^|]+?) \|", re.MULTILINE)
LOG_ONLY = {"client_gone"}
EDGE_ONLY = {"bad_gateway", "gateway_timeout", "not_implemented", "http_version_not_supported"}


def test_every_error_is_documented() -> None:
    """docs/api.md lists every code with its status and Chinese sentence, and no other."""
    documented = {
        m["code"]: (int(m["status"]), m["zh"]) for m in ROW.finditer((ROOT / "docs/api.md").read_text("utf-8"))
    }
    known = {
        problem.code: (problem.status, problem.zh)
        for problem in vars(problems).values()
        if isinstance(problem, Problem)
    }
    assert set(known) - LOG_ONLY == set(documented) - EDGE_ONLY
    for code in set(documented) - EDGE_ONLY:
        assert known[code] == documented[code]


def test_the_emotions_of_the_voice_are_documented() -> None:
    """docs/voice.md shows the very table of prosody that the voice uses."""
    text = (ROOT / "docs/voice.md").read_text("utf-8")
    for emotion, row in FULL.items():
        factors = " | ".join(f"{factor:.2f}" for factor in vars(row).values())
        assert f"| {emotion} | {factors} |" in text
