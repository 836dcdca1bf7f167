"""Render the services' configuration. `${HAOSHUO_X}` is ours; every other `$name` belongs to the service."""

import re
from collections.abc import Mapping


def render(template: str, values: Mapping[str, object]) -> str:
    """Replace `${HAOSHUO_X}`, as envsubst does in containers; an unknown one is a KeyError."""
    return re.sub(r"\$\{(HAOSHUO_\w+)\}", lambda match: str(values[match[1]]), template)
