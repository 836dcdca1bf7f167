import io

import pytest

from api.audio import riff
from benchmarks.load.records import Record, audio_seconds, retry_after
from tests.fakes.speech_service import wav


@pytest.mark.parametrize(("cut", "seconds"), [(0, 1.0), (1, 0.0), (8000, 0.0)])
def test_a_wav_is_complete_or_nothing(cut: int, seconds: float) -> None:
    """Its header's two sizes must be those of the bytes that came."""
    file = wav()[: len(wav()) - cut]
    assert seconds == audio_seconds(file[:44], len(file))


def test_a_wav_with_a_label_is_as_long_as_without() -> None:
    """What follows the samples is no audio, and no reason to doubt them."""
    file = io.BytesIO(wav())
    riff.append(file, riff.chunk("AIGC", "label"))
    assert 1.0 == audio_seconds(file.getvalue()[:44], len(file.getvalue()))


@pytest.mark.parametrize("head", [b"", b"RIFF", b'{"error": "..."}' * 4, bytes(44)])
def test_what_is_no_wav_is_silence(head: bytes) -> None:
    """JSON, nothing, or zeros are no audio, and no exception."""
    assert audio_seconds(head, len(head)) == 0.0


def _record(
    status: int, wait_s: float = 0.1, audio_s: float = 0.0, code: str = "", edge_s: float | None = None
) -> Record:
    return Record("polite", 20, 100.0, 100.0 + wait_s, status, code, audio_s=audio_s, edge_s=edge_s)


@pytest.mark.parametrize(
    ("outcome", "record"),
    [
        ("spoken", _record(200, audio_s=3.0)),
        ("failed", _record(200)),
        ("refused", _record(503)),
        ("failed", _record(503, wait_s=5.0)),
        ("refused", _record(503, wait_s=5.0, edge_s=0.01)),
        ("failed", _record(503, edge_s=5.0)),
        ("limited", _record(429)),
        ("invalid", _record(400)),
        ("failed", _record(502)),
        ("failed", _record(504, wait_s=50.0)),
        ("failed", _record(0, code="ServerDisconnectedError")),
        ("abandoned", _record(0, code="abandoned")),
        ("abandoned", _record(200, code="abandoned")),
    ],
)
def test_outcomes(outcome: str, record: Record) -> None:
    """A 503 is a refusal at admission only if it came at once, by the edge's clock where that is known."""
    assert outcome == record.outcome


def test_a_late_answer_is_one_after_a_minute() -> None:
    """Only speech can be late: what failed has failed."""
    waits = {59.0: False, 61.0: True}
    assert waits == {wait_s: _record(200, wait_s, audio_s=3.0).late for wait_s in waits}
    assert not _record(504, 61.0).late


def test_retry_after_in_seconds() -> None:
    """Whole seconds are understood; without the header, or with a date, there is none."""
    given: list[dict[str, str]] = [{"Retry-After": "7"}, {}, {"Retry-After": "Wed, 25 Nov 2026 06:00:00 GMT"}]
    assert [7.0, None, None] == [retry_after(headers) for headers in given]
