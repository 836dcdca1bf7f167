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
