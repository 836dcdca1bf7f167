"""Errors a caller can act on. The code is stable and crosses the Triton contract as `code: message`."""


class SpeechError(Exception):
    """A request that cannot be spoken; `str(error)` is what Triton answers."""

    code = "invalid_request"

    def __init__(self, message: str) -> None:
        super().__init__(f"{self.code}: {message}")


class NothingToSpeakError(SpeechError):
    code = "nothing_to_speak"


class TextTooLongError(SpeechError):
    code = "text_too_long"


class UnknownVoiceError(SpeechError):
    code = "unknown_voice"


class InvalidParameterError(SpeechError):
    code = "invalid_parameter"


class NotSupportedByEngineError(SpeechError):
    """A text in a language that the engine does not speak; the message names its writing and its first word."""

    code = "not_supported_by_engine"


class RunawayError(SpeechError):
    """The speech did not come to its end; with another seed it may."""

    code = "runaway"


class InvalidPronunciationError(SpeechError):
    """A mark such as `‹行|XING2›` that says of no characters how they are read; the message names it."""

    code = "invalid_pronunciation"


class RecordingError(SpeechError):
    """A recording from which no voice can be made."""

    code = "invalid_recording"


class RecordingTooLargeError(RecordingError):
    code = "recording_too_large"


class RecordingUnreadableError(RecordingError):
    code = "recording_unreadable"


class RecordingTooShortError(RecordingError):
    code = "recording_too_short"


class RecordingSilentError(RecordingError):
    code = "recording_silent"


class RecordingClippedError(RecordingError):
    code = "recording_clipped"
