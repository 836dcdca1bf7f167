"""How what this service says is labelled."""

from dataclasses import dataclass
from typing import Literal

from api import problems
from api.labels.metadata import Labels
from api.problems import Refusal

Audible = Literal["none", "rhythm", "notice"]
"""What is heard before speech: nothing, the rhythm that stands for AI, or a notice in words."""


@dataclass(frozen=True)
class LabelPolicy:
    """`metadata` makes what goes into files, None for nothing; `audible` is what is heard unless a call asks otherwise.

    Where it is `required`, a call may not ask for none.
    """

    metadata: Labels | None
    audible: Audible = "none"
    required: bool = False

    def implicit(self, content_id: str) -> str:
        """What the metadata of what has this id say."""
        return self.metadata.of(content_id) if self.metadata else ""

    def explicit(self, asked: Audible | None) -> Audible:
        """What is to be heard, or `Refusal`."""
        chosen = asked or self.audible
        if chosen == "none" and self.required:
            raise Refusal(problems.LABEL_REQUIRED, field="label")
        return chosen
