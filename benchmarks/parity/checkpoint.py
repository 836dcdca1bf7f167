"""A checkpoint that both programs read: the official files and widths, but few layers and random weights."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import yaml  # type: ignore[import-untyped]  # its stubs are another package

from speech.indextts2 import files
from tests.support import indextts2 as writer

DIMENSIONS = Path(__file__).parents[1] / "gpu" / "dimensions.json"

SEMANTIC_LAYERS = 18
"""Of 24 in w2v-bert: one more than is used, so that taking the last one would be found out."""

REDUCED = {
    "gpt": {
        "layers": 2,
        "max_mel_tokens": 200,
        "max_text_tokens": 150,
        "number_text_tokens": 500,
        "condition_module": {"num_blocks": 2},
        "emo_condition_module": {"num_blocks": 2},
    },
    "semantic_codec": {"vocos_num_layers": 2},
    "s2mel": {"DiT": {"depth": 3}, "wavenet": {"num_layers": 2}},
}
"""Everything else is as wide as it is published, since upstream has 1280 and 1024 in its code, but for CAMPPlus and
BigVGAN, which are small all over, as in our tests, and w2v-bert, of which only the width is the published one."""


def write(folder: Path) -> None:
    """Write it to `folder`, some 1.5 GB, by the same code that writes our tests' checkpoints."""
    full = json.loads(DIMENSIONS.read_text("utf-8"))["full"]["config"]
    config = merged(merged(upstream_config(), full), REDUCED)
    config["vocoder"]["name"] = str(folder / files.BIGVGAN)  # or upstream would ask the hub
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / files.CONFIG
        path.write_text(yaml.safe_dump(config), "utf-8")
        with patch.multiple(writer, CONFIG=path, LAYERS=SEMANTIC_LAYERS):
            writer.write_checkpoint(folder)


def upstream_config() -> dict[str, Any]:
    """All that upstream reads, with the sizes of our tests' checkpoints."""
    found: dict[str, Any] = yaml.safe_load(writer.CONFIG.read_text("utf-8"))
    return found


def merged(values: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    return {**values} | {
        key: merged(values[key], other) if isinstance(other, dict) else other for key, other in others.items()
    }
