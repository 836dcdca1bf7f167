"""Reads frames as a client does: docs/api.md says how they are laid out."""

import json
from typing import Any


def parse_frames(data: bytes) -> list[tuple[dict[str, Any], bytes]]:
    """Headers and payloads of whole frames."""
    frames = []
    while data:
        end = 4 + int.from_bytes(data[:4])
        head = 8 + int.from_bytes(data[4:8])
        assert head <= end <= len(data)
        frames.append((json.loads(data[8:head]), data[head:end]))
        data = data[end:]
    return frames
