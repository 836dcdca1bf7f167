"""What the policy remembers of one copy."""

from dataclasses import dataclass, field
from enum import Enum

from healthcheck.sight import Failure, Weight

HOUR_S = 3600.0
RECENT_S = 600.0
DEATHS = 3
"""So many starts by Docker or supervisord within `RECENT_S` are told."""


class State(Enum):
    RESTARTING = "restarting"
    """It was started, and has not been well since."""
    WELL = "well"
    FAILING = "failing"
    GIVEN_UP = "given_up"


@dataclass
class History:
    """Times are those given to `Policy.observe`. Nothing happens to the copy before `not_before`."""

    state: State = State.RESTARTING
    reason: str = ""
    failed: int = 0
    weight: Weight | None = None
    lasting: Failure | None = None
    restarts: list[float] = field(default_factory=list)
    deaths: list[float] = field(default_factory=list)
    not_before: float = 0.0
    lived: bool = False
    """Whether it was well since it was last started."""

    told: str = ""
    """What somebody heard of its failing, and so wants to hear that it is well again."""

    @property
    def healthy(self) -> bool:
        return self.state is State.WELL

    def well(self) -> None:
        if self.state is State.GIVEN_UP:
            self.not_before = 0.0
        self.state, self.reason, self.failed, self.told = State.WELL, "", 0, ""
        self.lived = True

    def restarting(self) -> None:
        self.state, self.failed, self.lasting = State.RESTARTING, 0, None
        self.lived = False

    def count(self, failure: Failure) -> None:
        """One more failed round of this weight in a row."""
        if failure.weight is not self.weight:
            self.failed, self.weight = 0, failure.weight
        self.failed += 1
        self.state = State.FAILING
        if failure.weight is Weight.LASTING:
            self.lasting = failure
