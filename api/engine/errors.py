"""What an engine may answer instead of speech."""

from enum import StrEnum
from typing import Any

from api.problems import Problem


class EngineError(Exception):
    """The base of all; the message is for the log."""


class EngineAwayError(EngineError):
    """It does not answer at all, or is being restarted: asking elsewhere or later may help."""


class EngineOverloadedError(EngineError):
    """Its queue is full: asking later helps."""


class EngineTimeoutError(EngineError):
    """It did not answer in the time it was given."""


class EngineFailedError(EngineError):
    """It answered with what is no speech."""


class Fault(StrEnum):
    """What is wrong with a take: an utterance as it was spoken with one seed."""

    CLIPPED = "clipped"
    NOT_FINITE = "not_finite"
    REPEATED = "repeated"
    RUNAWAY = "runaway"
    """The engine itself has broken it off."""
    SILENT = "silent"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"


class BadTakeError(EngineError):
    """It spoke, but surely not the text; with another seed it may."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class NothingToSpeakError(EngineError):
    """The segment holds nothing to pronounce, such as one of symbols only."""


class CannotInspectError(EngineError):
    """It speaks, but it is of an older version, which does not say how it reads."""


class RefusedError(EngineError):
    """The utterance asks for something this engine does not have; `problem` says what, `values` fill its sentence."""

    def __init__(self, problem: Problem, **values: Any) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.values = values
