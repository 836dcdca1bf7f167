"""Triton's model repository for one engine and one machine: Triton cannot take a number from the environment."""

import shutil
from pathlib import Path
from string import Template

QUEUED = 8
"""Requests that may wait for each instance: four times what the api aims at (two in flight for each, over all
replicas), so that it meets this bound only where many replicas err at once. For how long a request may wait stands in
each engine's configuration.
"""


def render(source: Path, target: Path, engine: str, instances: int) -> None:
    """Write to `target` the models of `source`, each with its configuration for the engine.

    A model has a `config.pbtxt`, or one for each engine in `configs/`, where `${instances}` and `${queue}` stand for
    the number of instances and the bound of a queue. An engine that no model has is a FileNotFoundError.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("configs", "__pycache__"))
    values = {"instances": instances, "queue": QUEUED * instances}
    for folder in source.glob("*/configs"):
        template = Template((folder / f"{engine}.pbtxt").read_text("utf-8"))
        (target / folder.parent.name / "config.pbtxt").write_text(template.substitute(values), "utf-8")
