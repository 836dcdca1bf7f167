from pathlib import Path

import pytest

from benchmarks.speed import tune
from benchmarks.speed.tune import Choice, Measured, best, choices, settings


def test_the_default_is_tried_first_and_every_core_is_used() -> None:
    """One instance a core, then fewer with more threads, then one instance more."""
    assert [Choice(2, 1), Choice(1, 2), Choice(3, 1)] == choices(2)
    assert [Choice(4, 1), Choice(2, 2), Choice(1, 4), Choice(5, 1)] == choices(4)
    assert [Choice(1, 1), Choice(2, 1)] == choices(1)


@pytest.mark.parametrize(("other", "expected"), [(102.0, Choice(2, 1)), (104.0, Choice(1, 2)), (50.0, Choice(2, 1))])
def test_only_what_is_clearly_faster_replaces_the_default(other: float, expected: Choice) -> None:
    """Three per cent are noise."""
    assert expected == best([Measured(Choice(2, 1), 100.0, 0.05), Measured(Choice(1, 2), other, 0.04)])


def test_the_choice_is_written_into_env(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The best choice takes the place of an older one in .env, every other line stays, and the output says so."""

    async def measured(_engine: str, tried: list[Choice]) -> list[Measured]:
        return [Measured(choice, 100.0 * choice.threads, 0.05) for choice in tried]

    monkeypatch.setattr(tune, "_measure", measured)
    monkeypatch.setattr(tune, "CORES", 2)
    (tmp_path / ".env").write_text("HAOSHUO_ENV=dev\nHAOSHUO_ENGINE_THREADS=7\n")
    assert 0 == tune.main(["--root", str(tmp_path)])
    assert settings(Choice(1, 2)) == {"HAOSHUO_ENGINE_INSTANCES": 1, "HAOSHUO_ENGINE_THREADS": 2}
    expected = "HAOSHUO_ENV=dev\nHAOSHUO_ENGINE_THREADS=2\nHAOSHUO_ENGINE_INSTANCES=1\n"
    assert expected == (tmp_path / ".env").read_text()
    assert f"written to {tmp_path / '.env'}: HAOSHUO_ENGINE_THREADS=2" in capsys.readouterr().out
