"""Every part by its name, in the order in which they are measured."""

from benchmarks.speed.part import Part
from benchmarks.speed.parts import (
    article,
    first_audio,
    gateway,
    growth,
    in_process,
    limiter,
    memory,
    scale_out,
    voice,
)

PARTS: dict[str, Part] = {
    "article": article,
    "voice": voice,
    "in-process": in_process,
    "gateway": gateway,
    "scale-out": scale_out,
    "first-audio": first_audio,
    "limiter": limiter,
    "growth": growth,
    "memory": memory,
}
