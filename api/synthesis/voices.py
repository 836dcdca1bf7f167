"""Which voice is meant by a name."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from api import problems
from api.engine.engine import DEFAULT_VOICE, Capabilities
from api.engine.voices import MIX, Voice
from api.problems import Refusal

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

MIXED = 4
"""Voices of a mixture, at most."""

LONGEST = 64
"""Characters of a name."""

NAME = rf"[\w.-]{{1,{LONGEST}}}"
POSSIBLE = re.compile(rf"{NAME}(?:\{MIX}{NAME}){{0,{MIXED - 1}}}")


def _nothing() -> Capabilities | None:
    return None


@dataclass(frozen=True)
class Voices:
    """`default` is the engine's name of the voice that is meant where none is named, and by OpenAI's names.

    `said` is what the engine has last said of itself. Aliases go before the engine's voices, and those before OpenAI's
    names.
    """

    default: str = DEFAULT_VOICE
    aliases: Mapping[str, str] = field(default_factory=dict)
    said: Callable[[], Capabilities | None] = _nothing

    def resolve(self, name: str) -> str:
        """The engine's name of a voice, or of a mixture of some, or `Refusal`.

        Where the engine lists no voices it says itself whether it has one of that name.
        """
        if not POSSIBLE.fullmatch(name):
            raise Refusal(problems.INVALID_VOICE, field="voice") if MIX in name else self._unknown(name)
        parts = [part for one in name.split(MIX) for part in self._meant(one).split(MIX)]
        if len(parts) > MIXED:
            raise Refusal(problems.INVALID_VOICE, field="voice")
        if strange := [part for part in parts if not self._may_be_known(part)]:
            raise self._unknown(strange[0])
        return MIX.join(parts)

    @property
    def own(self) -> Mapping[str, Voice] | None:
        """The engine's, by their names; None where it lists none."""
        said = self.said()
        return None if said is None or said.voices is None else {voice.id: voice for voice in said.voices}

    @property
    def others(self) -> Mapping[str, str]:
        """The names that mean a voice of another name, each with the engine's own name of it."""
        meant = {name: self.named(self._meant(name)) for name in (DEFAULT_VOICE, *OPENAI, *self.aliases)}
        return {name: voice for name, voice in meant.items() if name != voice}

    @property
    def spoken_by_default(self) -> str:
        """The engine's name of the default voice, as far as that is known."""
        return self.named(self.default)

    def named(self, voice: str) -> str:
        """A resolved voice, with the engine's name of its default, where that is known."""
        said = self.said()
        default = (said and said.default_voice) or DEFAULT_VOICE
        return MIX.join(default if part == DEFAULT_VOICE else part for part in voice.split(MIX))

    @property
    def _ids(self) -> Collection[str]:
        return self.own or ()

    def _meant(self, name: str) -> str:
        if name in self.aliases:
            return self.aliases[name]
        is_default = name == DEFAULT_VOICE or (name in OPENAI and name not in self._ids)
        return self.default if is_default else name

    def _may_be_known(self, voice: str) -> bool:
        return voice == DEFAULT_VOICE or self.own is None or voice in self.own

    def _unknown(self, name: str) -> Refusal:
        near = get_close_matches(name[:LONGEST], {*self._ids, *self.others})
        nearest = f" ({', '.join(near)}?)" if near else ""
        return Refusal(problems.UNKNOWN_VOICE, field="voice", voice=name[:LONGEST], nearest=nearest)
