"""Which voice is meant by a name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from api import problems
from api.problems import Refusal

DEFAULT = "default"

OPENAI = (
    "alloy",
    "ash",
    "ballad",
    "cedar",
    "coral",
    "echo",
    "fable",
    "marin",
    "nova",
    "onyx",
    "sage",
    "shimmer",
    "verse",
)
"""What OpenAI calls its voices; its clients know no others."""

POSSIBLE = re.compile(r"[\w.+-]{1,64}")


@dataclass(frozen=True)
class Voices:
    """`default` is the engine's name of the voice that is meant where none is named, and by OpenAI's names."""

    default: str
    aliases: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, name: str) -> str:
        """The engine's name, or `Refusal`; whether the engine has a voice of that name it says itself."""
        if not POSSIBLE.fullmatch(name):
            raise Refusal(problems.UNKNOWN_VOICE, field="voice")
        return self.names.get(name, name)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The engine's name of each voice that is known here by a name."""
        known = {self.default, *self.aliases.values()}
        return {name: name for name in known} | dict.fromkeys((DEFAULT, *OPENAI), self.default) | dict(self.aliases)
