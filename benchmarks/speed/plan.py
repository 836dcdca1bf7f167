"""How long everything takes: `quick` to see that it works, `whole` for what the README claims."""

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    quick: bool

    @property
    def name(self) -> str:
        return "quick" if self.quick else "whole"

    def of(self, quick: T, whole: T) -> T:
        """A number of this plan, such as seconds or calls."""
        return quick if self.quick else whole
