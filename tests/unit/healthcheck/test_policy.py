import itertools

import pytest

from healthcheck.policy import ORDER, Event, Failure, Policy, Rules, Sight, Unknown

RULES = Rules(failures=3, grace_s=30, backoff_s=10, backoff_max_s=60, budget=4)
WELL: dict[str, Sight] = dict.fromkeys(ORDER)
BUSY = "busy"
LASTING = "a process is dead for good"


class Stack:
    """Rounds of probes, five seconds apart, of a stack that is well but for what a test says."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.now = 1000.0
        self.policy = Policy(rules, self.now)

    def round(self, **broken: str) -> list[tuple[str, str]]:
        return [(event.kind, event.service) for event in self.events(**broken)]

    def events(self, **broken: str) -> list[Event]:
        self.now += 5
        return self.policy.observe({**WELL, **{name: _sight(seen) for name, seen in broken.items()}}, self.now)


def _sight(seen: str) -> Sight:
    if seen == BUSY:
        return Unknown()
    return Failure(seen, lasting=seen == LASTING) if seen else None


@pytest.fixture
def stack() -> Stack:
    stack = Stack()
    assert [] == stack.round()
    return stack


def test_a_healthy_stack_is_left_alone(stack: Stack) -> None:
    """As long as every probe succeeds nothing happens."""
    assert [] == [event for _ in range(100) for event in stack.round()]


def test_failures_in_a_row_restart_a_service(stack: Stack) -> None:
    """The third failure in a row is told and acted upon, with what was seen."""
    assert [] == stack.round(triton="dead") + stack.round(triton="dead")
    assert [Event("failing", "triton", "dead"), Event("restart", "triton", "dead", 1)] == stack.events(triton="dead")


def test_a_success_in_between_starts_the_count_again(stack: Stack) -> None:
    """Two failures, a success and two failures are no reason."""
    for broken in ("dead", "dead", "", "dead", "dead"):
        assert [] == stack.round(triton=broken)


def test_what_cannot_be_told_changes_nothing(stack: Stack) -> None:
    """A service too busy to be probed is neither well nor failing: the count stays where it is."""
    for broken in ("dead", BUSY, "dead", BUSY):
        assert [] == stack.round(triton=broken)
    assert ("restart", "triton") in stack.round(triton="dead")


def test_a_service_may_take_its_time_to_start() -> None:
    """Failures within the grace after the start do not count; after it they do."""
    stack = Stack()
    assert [] == [event for _ in range(5) for event in stack.round(triton="loading")]
    assert [] == stack.round(triton="loading") + stack.round(triton="loading")
    assert ("restart", "triton") in stack.round(triton="loading")


@pytest.mark.parametrize(
    ("cause", "victim"), [("redis", "api"), ("triton", "api"), ("api", "edge"), ("triton", "edge")]
)
def test_a_dependent_is_not_restarted_for_its_dependency(stack: Stack, cause: str, victim: str) -> None:
    """Where both fail, only what the other depends on is restarted, also while that is starting again."""
    kinds = [event for _ in range(8) for event in stack.round(**{cause: "dead", victim: "no answer"})]
    assert ("restart", cause) in kinds
    assert ("restart", victim) not in kinds


def test_a_dependent_has_its_time_when_its_dependency_is_well(stack: Stack) -> None:
    """What it failed while its dependency did does not count: it may be about to recover; if it does not, it is."""
    for _ in range(4):
        stack.round(triton="dead", api="not ready")
    assert [("recovered", "triton")] == stack.round(api="not ready")
    assert [] == stack.round(api="not ready")
    assert ("restart", "api") in stack.round(api="not ready")


def test_a_start_by_others_is_excused_once(stack: Stack) -> None:
    """It fails for as long as the grace, then counts; when it was well in between it may be excused again."""
    stack.policy.excuse("triton", stack.now)
    for _ in range(5):
        assert [] == stack.round(triton="loading")
        stack.policy.excuse("triton", stack.now)
    kinds = [kind for _ in range(4) for kind, _ in stack.round(triton="loading")]
    assert "restart" in kinds
    stack.round()
    stack.policy.excuse("triton", stack.now)
    assert [] == [event for _ in range(5) for event in stack.round(triton="loading")]


def test_recovery_is_told_once(stack: Stack) -> None:
    """Who heard of a failure hears of its end; a blip that nobody heard of stays silent."""
    stack.round(api="slow")
    assert [] == stack.round()
    for _ in range(3):
        stack.round(api="slow")
    assert [("recovered", "api")] == stack.round()
    assert [] == stack.round()


def test_a_crash_loop_ends() -> None:
    """A service that never heals is restarted ever more slowly, as often as the budget allows, then given up, once."""
    stack = Stack(Rules(failures=1, grace_s=0, backoff_s=10, backoff_max_s=60, budget=4))
    seen = [(stack.now, event) for _ in range(100) for event in stack.events(triton="dead")]
    restarts = [now for now, event in seen if event.kind == "restart"]
    assert [1, 2, 3, 4] == [event.attempt for _, event in seen if event.kind == "restart"]
    assert [10, 20, 40] == [after - before for before, after in itertools.pairwise(restarts)]
    assert 1 == sum(event.kind == "gave_up" for _, event in seen)
    assert "gave_up" == seen[-1][1].kind


def test_the_budget_comes_back_after_an_hour() -> None:
    """What was given up is tried again when an hour has passed since the first restart."""
    stack = Stack(Rules(failures=1, grace_s=0, backoff_s=1, backoff_max_s=1, budget=2))
    kinds = [kind for _ in range(710) for kind, _ in stack.round(triton="dead")]
    assert ["failing", "restart", "restart", "gave_up"] == kinds
    assert "restart" in [kind for _ in range(20) for kind, _ in stack.round(triton="dead")]


def test_a_service_that_heals_after_being_given_up_is_told(stack: Stack) -> None:
    """A person mended it: that is a recovery, and it is watched again."""
    stack = Stack(Rules(failures=1, grace_s=0, backoff_s=0, backoff_max_s=0, budget=1))
    for _ in range(5):
        stack.round(redis="dead")
    assert stack.policy.histories["redis"].gave_up
    assert [("recovered", "redis")] == stack.round()
    assert not stack.policy.histories["redis"].gave_up


def test_what_lasts_is_not_healed_by_a_success(stack: Stack) -> None:
    """One dead process of several: probes that meet the living ones do not hide it, until a restart."""
    events = [event for seen in (LASTING, "", "") for event in stack.round(triton=seen)]
    assert [("failing", "triton"), ("restart", "triton")] == events
    assert [("recovered", "triton")] == stack.round()


def test_what_lasts_has_no_grace() -> None:
    """A process that is dead for good is not starting: it counts at once, also just after the start."""
    stack = Stack()
    assert ("restart", "triton") in [event for _ in range(3) for event in stack.round(triton=LASTING)]
