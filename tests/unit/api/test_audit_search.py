"""Lines of the audit trail are found again."""

import gzip
import json
from pathlib import Path

import pytest

from api.audit_search import main
from api.auth.principal import hash_of

LILY = hash_of("openid-of-lily", "h" * 32)


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """Three days, of which one is compressed and one has a broken line."""

    def lines(*numbers: int, user: str = "other") -> str:
        return "".join(
            json.dumps({"request_id": f"r{number}", "produce_id": f"r{number}-0", "user": user, "status": 200}) + "\n"
            for number in numbers
        )

    (tmp_path / "audit-2026-11-23.jsonl.gz").write_bytes(gzip.compress(lines(1, 2, user=LILY).encode()))
    (tmp_path / "audit-2026-11-24.jsonl").write_text(lines(3) + '{"request_id": "r')
    (tmp_path / "audit-2026-11-25.jsonl").write_text(lines(4, user=LILY))
    (tmp_path / "other.log").write_text(lines(5, user=LILY))
    return tmp_path / "audit-%Y-%m-%d.jsonl"


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], [1, 2, 3, 4]),
        (["--user", LILY], [1, 2, 4]),
        (["--request-id", "r3"], [3]),
        (["--produce-id", "r2-0"], [2]),
        (["--since", "2026-11-24"], [3, 4]),
        (["--since", "2026-11-24", "--until", "2026-11-24"], [3]),
        (["--user", LILY, "--until", "2026-11-24"], [1, 2]),
        (["--status", "503"], []),
    ],
)
def test_what_is_asked_for_is_found(
    trail: Path, arguments: list[str], found: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order of days, as the lines stand, and nothing else; with nothing found the status is 1."""
    assert int(not found) == main(["--path", str(trail), *arguments])
    lines = capsys.readouterr().out.splitlines()
    assert [f"r{number}" for number in found] == [json.loads(line)["request_id"] for line in lines]


def test_a_user_is_found_by_openid(
    trail: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the key of this service, and where its settings say that the trail is."""
    for name, value in {
        "ENV": "dev",
        "JWT_KEYS": "k" * 32,
        "USER_HASH_KEY": "h" * 32,
        "AUDIT_PATH": str(trail),
    }.items():
        monkeypatch.setenv(f"HAOSHUO_{name}", value)
    assert 0 == main(["--openid", "openid-of-lily"])
    assert 3 == len(capsys.readouterr().out.splitlines())


@pytest.mark.parametrize("path", ["", "-", "/var/log/audit.jsonl"])
def test_a_trail_that_cannot_be_searched(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One on standard output, or in a single file, is said to be so and not to be empty."""
    for name, value in {"ENV": "dev", "JWT_KEYS": "k" * 32, "USER_HASH_KEY": "h" * 32, "AUDIT_PATH": path}.items():
        monkeypatch.setenv(f"HAOSHUO_{name}", value)
    with pytest.raises(SystemExit):
        main([])
    assert (path or "standard output") in capsys.readouterr().err
