import itertools

import pytest

from healthcheck.history import DEATHS, State
from healthcheck.policy import CopyId, Event, Policy, Rules
from healthcheck.sight import Failure, Look, Unknown, Weight, Well

RULES = Rules(failures=2, backoff_s=10, backoff_max_s=60, budget=3, slow_failures=5)
SECONDS = 2.0
WHY = "dead"

LOOKS = {
    "+": Look(Well()),
    "?": Look(Unknown()),
    "x": Look(Failure(WHY)),
    "s": Look(Failure(WHY), starting=True),
    "d": Look(Failure(WHY), starting=True, restarted=True),
    "r": Look(Well(), restarted=True),
    "-": Look(Failure(WHY), stopped=True),
    "n": Look(Failure(WHY, Weight.NOTICE)),
    "~": Look(Failure(WHY, Weight.SLOW)),
    "!": Look(Failure(WHY, Weight.CONCLUSIVE)),
    "L": Look(Failure(WHY, Weight.LASTING)),
    "l": Look(Failure(WHY, Weight.LASTING), starting=True),
}


class Stack:
    """One copy of each service unless named otherwise, that are well but for what a test says."""

    def __init__(self, rules: Rules = RULES, apis: int = 1) -> None:
        self.now = 1000.0
        self.policy = Policy(rules)
        self.copies = [CopyId("redis", "redis"), CopyId("triton", "triton"), CopyId("edge", "nginx")]
        self.copies += [CopyId("api", f"api-{number}") for number in range(apis)]

    def events(self, **looks: str) -> list[Event]:
        self.now += SECONDS
        named = {copy: LOOKS[looks.get(copy.name.replace("-", "_"), "+")] for copy in self.copies}
        return self.policy.observe(named, self.now)

    def play(self, **rounds: str) -> list[str]:
        """Each copy's rounds as a string of `LOOKS`; what happened, as `round:kind`, with several copies and a name."""
        told = []
        for number, signs in enumerate(zip(*rounds.values(), strict=True), 1):
            for event in self.events(**dict(zip(rounds, signs, strict=True))):
                name = "" if len(rounds) == 1 else f" {event.copy}"
                told.append(f"{number}:{event.kind}{name}")
        return told

    def state(self, service: str, name: str) -> State:
        return self.policy.histories[CopyId(service, name)].state


TABLE = {
    "well": ("++++++++", []),
    "fails once": ("+x+x+x+x", []),
    "fails twice": ("+xx", ["3:failing", "3:restart"]),
    "recovers": ("+xx+", ["3:failing", "3:restart", "4:recovered"]),
    "a blip stays silent": ("+x++", []),
    "what cannot be told changes nothing": ("+x?x", ["4:failing", "4:restart"]),
    "starting never counts": ("ssssssssssssssssssssssss", []),
    "starting, then no longer": ("ssssxx", ["6:failing", "6:restart"]),
    "starting ends when it was well": ("ss+ss", ["5:failing", "5:restart"]),
    "ended, but seen once more before it starts": ("+xxx" + "s" * 10, ["3:failing", "3:restart"]),
    "restarted by others, starting": ("+dss+", ["2:died"]),
    "restarted by others, unseen": ("+r", ["2:died"]),
    "what lasts acts at once": ("+L", ["2:failing", "2:restart"]),
    "what lasts is not starting": ("l", ["1:failing", "1:restart"]),
    "seen for long acts at once": ("+!", ["2:failing", "2:restart"]),
    "a wrong setting is told, once": ("+nnnnnnnnnn", ["3:failing"]),
    "a wrong setting is mended": ("+nn+", ["3:failing", "4:recovered"]),
    "what counts little counts for long": ("+~~~~~", ["6:failing", "6:restart"]),
    "weights do not add up": ("+~~~~x", []),
    "stopped before the sidecar came": ("-------+", ["1:failing", "8:recovered"]),
    "stopped while it is watched": ("+--", ["3:failing", "3:restart"]),
}


@pytest.mark.parametrize(("rounds", "told"), TABLE.values(), ids=TABLE)
def test_a_copy_is_a_small_state_machine(rounds: str, told: list[str]) -> None:
    """What is told and done in which round, of one copy with everything else well."""
    assert told == Stack().play(triton=rounds)


def test_events_say_what_was_seen() -> None:
    """The copy, the reason, and the how many-th restart within an hour it is."""
    stack = Stack()
    stack.play(triton="+x")
    expected = [Event("failing", "triton", "triton", WHY), Event("restart", "triton", "triton", WHY, 1)]
    assert expected == stack.events(triton="x")


def test_what_lasts_is_not_hidden_by_a_success() -> None:
    """One dead process of several: until it may be restarted, looks that meet the living ones change nothing."""
    told = Stack().play(triton="+L+L+++++++")
    assert ["2:failing", "2:restart", "3:recovered", "4:failing", "7:restart", "8:recovered"] == told


def test_each_copy_has_its_own_account() -> None:
    """One that keeps failing is given up; its neighbour that then fails is restarted as if nothing had been."""
    stack = Stack(Rules(failures=1, backoff_s=0, backoff_max_s=0, budget=2), apis=2)
    told = stack.play(api_0="+xxxxx", api_1="+++++x")
    assert [
        "2:failing api-0",
        "2:restart api-0",
        "3:restart api-0",
        "4:gave_up api-0",
        "6:failing api-1",
        "6:restart api-1",
    ] == told


def test_a_crash_loop_of_ours_ends() -> None:
    """What never heals is restarted ever more slowly, as often as the budget allows, then given up, once."""
    stack = Stack(Rules(failures=1, backoff_s=10, backoff_max_s=60, budget=4))
    seen = [(stack.now, event) for _ in range(200) for event in stack.events(triton="x")]
    restarts = [now for now, event in seen if event.kind == "restart"]
    assert [1, 2, 3, 4] == [event.attempt for _, event in seen if event.kind == "restart"]
    assert [10, 20, 40] == [after - before for before, after in itertools.pairwise(restarts)]
    assert ["failing", "restart", "restart", "restart", "restart", "gave_up"] == [event.kind for _, event in seen]


def test_a_crash_loop_of_others_ends() -> None:
    """What Docker or supervisord start again and again without its ever being well is given up, after some minutes."""
    stack = Stack(Rules(failures=2, backoff_s=10, backoff_max_s=60, budget=4))
    kinds: list[str] = []
    while "gave_up" not in kinds:
        kinds += [event.kind for event in stack.events(triton="d")]
    assert 60 < stack.now - 1000 < 300
    assert {"died", "flapping", "gave_up"} == set(kinds)
    assert [] == stack.play(triton="-" * 100)


def test_what_dies_now_and_then_is_told_and_not_given_up() -> None:
    """Well in between it is of use, however often it dies; the third time within ten minutes somebody hears of it."""
    told = Stack().play(triton="+d+" * 20)
    assert ["flapping"] == [line.split(":")[1] for line in told if "died" not in line]
    assert 20 == sum("died" in line for line in told)
    assert told.index("8:flapping") == DEATHS


def test_an_hour_later_it_is_tried_again() -> None:
    """What was given up and still fails has its budget back."""
    stack = Stack(Rules(failures=1, backoff_s=1, backoff_max_s=1, budget=2))
    told = stack.play(triton="+" + "x" * 1900)
    kinds = [line.split(":")[1] for line in told]
    assert ["failing", "restart", "restart", "gave_up", "restart", "restart"] == kinds[:6]
    assert int(told[4].split(":")[0]) * SECONDS > 3600


@pytest.mark.parametrize("comes_back", ["+", "d+", "r"], ids=["well", "started by a person", "started and well"])
def test_what_was_given_up_and_heals_is_watched_again(comes_back: str) -> None:
    """A person mended it: that is told, and it may fail and be restarted as before."""
    stack = Stack(Rules(failures=1, backoff_s=0, backoff_max_s=0, budget=1))
    stack.play(redis="+xx")
    assert State.GIVEN_UP is stack.state("redis", "redis")
    stack.play(redis=comes_back)
    assert State.WELL is stack.state("redis", "redis")


@pytest.mark.parametrize(
    ("rounds", "restarted"),
    [
        ({"redis": "+xxxxxx", "api_0": "+xxxxxx"}, {"redis", "api-0"}),
        ({"triton": "+xxxxxx", "api_0": "+~~~~~~"}, {"triton"}),
        ({"triton": "+xxxxxx", "api_0": "+xxxxxx"}, {"triton", "api-0"}),
        ({"api_0": "+xxxxxx", "api_1": "+xxxxxx", "nginx": "+xxxxxx"}, {"api-0", "api-1"}),
        ({"api_0": "+xxxxxx", "api_1": "+++++++", "nginx": "+xxxxxx"}, {"api-0", "nginx"}),
        ({"redis": "+nnnnnn", "nginx": "+xxxxxx"}, {"nginx"}),
    ],
    ids=["redis is soft", "not ready without Triton", "frozen beside Triton", "no api", "one api", "Redis is full"],
)
def test_only_what_a_service_cannot_do_without_excuses_it(rounds: dict[str, str], restarted: set[str]) -> None:
    """The edge waits for an api while none is well, readiness of an api for Triton; nothing else waits for anything."""
    stack = Stack(apis=2)
    told = stack.play(**rounds)
    assert restarted == {line.split()[1] for line in told if "restart" in line}


def test_what_was_given_up_blocks_nobody() -> None:
    """The apis are beyond help; the edge hangs, and is restarted."""
    stack = Stack(Rules(failures=1, backoff_s=0, backoff_max_s=0, budget=1))
    stack.play(api_0="+xx")
    assert State.GIVEN_UP is stack.state("api", "api-0")
    assert "1:restart nginx" in stack.play(api_0="x", nginx="x")


def test_a_restart_on_purpose_counts_for_nothing() -> None:
    """It may take its time to start, and its budget is what it was."""
    stack = Stack()
    stack.play(triton="+")
    stack.policy.expect_restart(CopyId("triton", "triton"))
    assert [] == stack.play(triton="ssss+")
    assert [] == stack.policy.histories[CopyId("triton", "triton")].restarts


def test_a_copy_that_was_removed_is_forgotten() -> None:
    """As by scaling down: nobody waits for it."""
    stack = Stack(apis=2)
    stack.play(api_1="+x")
    stack.copies.remove(CopyId("api", "api-1"))
    stack.play(triton="++")
    assert CopyId("api", "api-1") not in stack.policy.histories
