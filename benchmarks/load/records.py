"""What became of a call, as its caller saw it."""

from collections.abc import Mapping
from dataclasses import dataclass

AT_ADMISSION_S = 1.0
"""A 503 that took longer by the edge's own clock was not a refusal at admission: the call was let in and failed."""

LATE_S = 60.0
"""A mini-program has hung up by then."""

TOO_MANY, UNAVAILABLE, OK = 429, 503, 200
WAV_HEADER = 44


@dataclass(frozen=True)
class Record:
    """Times are of the monotonic clock. `status` is 0 without an answer; `audio_s` is 0 unless the WAV is complete."""

    kind: str
    characters: int
    began: float
    ended: float
    status: int = 0
    code: str = ""
    size: int = 0
    audio_s: float = 0.0
    retry_after_s: float | None = None
    request_id: str = ""
    again: bool = False
    """Whether it is the first try after a pause that `Retry-After` asked for."""
    edge_s: float | None = None
    """Request time by the edge's own log."""

    @property
    def wait_s(self) -> float:
        return self.ended - self.began

    @property
    def outcome(self) -> str:
        """`spoken`, `refused` at admission, `limited` (this user's limits), `invalid`, `abandoned` or `failed`."""
        if self.code == "abandoned":
            return "abandoned"
        if self.status == OK:
            return "spoken" if self.audio_s else "failed"
        if self.status == TOO_MANY:
            return "limited"
        if self.status == UNAVAILABLE and self._edge_time < AT_ADMISSION_S:
            return "refused"
        return "invalid" if 400 <= self.status < 500 else "failed"  # noqa: PLR2004 - HTTP's classes

    @property
    def late(self) -> bool:
        return self.outcome == "spoken" and self.wait_s > LATE_S

    @property
    def _edge_time(self) -> float:
        return self.wait_s if self.edge_s is None else self.edge_s


def audio_seconds(head: bytes, size: int) -> float:
    """Of a WAV of 16-bit PCM by its first 44 bytes and its size; 0 if that is not what its header says."""
    if len(head) < WAV_HEADER or head[:4] + head[8:16] + head[36:40] != b"RIFFWAVEfmt data":
        return 0.0
    riff, bytes_per_s, data = (int.from_bytes(head[at : at + 4], "little") for at in (4, 28, 40))
    complete = riff == size - 8 and data <= size - WAV_HEADER  # there may be a label after the samples
    return data / bytes_per_s if complete and bytes_per_s else 0.0


def retry_after(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
