"""How what this service says is labelled."""

from dataclasses import dataclass

from api.labels.metadata import Labels


@dataclass(frozen=True)
class LabelPolicy:
    """`metadata` makes what goes into files; None for nothing."""

    metadata: Labels | None

    def implicit(self, content_id: str) -> str:
        """What the metadata of what has this id say."""
        return self.metadata.of(content_id) if self.metadata else ""
