"""What an engine may answer instead of speech."""

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


class NothingToSpeakError(EngineError):
    """The segment holds nothing to pronounce, such as one of symbols only."""


class RefusedError(EngineError):
    """The utterance asks for something this engine does not have; `problem` says what."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
