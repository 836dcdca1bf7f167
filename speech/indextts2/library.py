"""Every voice that can be spoken with: those in a folder, and those whose recordings were sent."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from speech.errors import SpeechError, UnknownVoiceError
from speech.indextts2.recordings import Recording, decode
from speech.indextts2.voices import VoiceCache, VoiceState, digest

log = logging.getLogger(__name__)

FORMATS = (".wav", ".flac", ".mp3", ".ogg")

ID = re.compile(r"\w[\w.-]{0,63}")
"""Letters of any script, digits, `_`, `-` and `.`: never a path out of the folder."""


class Encoder(Protocol):
    def encode(self, recording: Recording) -> VoiceState: ...


class VoiceFolder:
    """Built-in voices: `<folder>/<voice id>.wav` (or flac, mp3, ogg). A new file is seen at once, a change is not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __iter__(self) -> Iterator[str]:
        """The ids, sorted."""
        files = self._folder.iterdir() if self._folder.is_dir() else ()
        return iter(sorted({file.stem for file in files if file.suffix in FORMATS and ID.fullmatch(file.stem)}))

    def path(self, voice: str) -> Path | None:
        """The file of a voice, or None if there is none."""
        if not ID.fullmatch(voice):
            return None
        paths = (self._folder / f"{voice}{suffix}" for suffix in FORMATS)
        return next((path for path in paths if path.is_file()), None)


class Library:
    """Finds a voice's state, or makes it. Two threads that ask for a new voice at once may both make it."""

    def __init__(self, folder: VoiceFolder, cache: VoiceCache, encoder: Encoder) -> None:
        self._folder, self._cache, self._encoder = folder, cache, encoder

    def knows(self, voice: str, audio: bytes | None = None) -> bool:
        """Whether `state` needs no model, or says at once what is wrong."""
        if not ID.fullmatch(voice):
            return True
        if self._folder.path(voice) is not None:
            return self._cache.get(f"/{voice}") is not None
        return audio is None or self._cache.find(digest(audio)) is not None

    def load(self) -> None:
        """Make the voices of the folder, as many as the cache holds; what is no voice is left out, and logged."""
        for voice in self._folder:
            try:
                self.state(voice)
            except SpeechError as error:
                log.warning("voice %s: %s", voice, error)

    def state(self, voice: str, audio: bytes | None = None) -> VoiceState:
        """The state of `voice`; `audio` is the recording of a cloned voice, if it was sent.

        Raises `UnknownVoiceError` if the voice is not held: whoever has its recording may send it then. Raises
        `RecordingError` if no voice can be made of the recording.
        """
        if not ID.fullmatch(voice):
            raise UnknownVoiceError(f"音色名只能有字母、数字和 _ - .，最长 64 个字：{voice[:64]}")
        if (path := self._folder.path(voice)) is not None:
            key = f"/{voice}"  # is no id: no cloned voice can take a built-in one's place
            return self._cache.get(key) or self._of(key, path.read_bytes())
        if audio is not None:
            return self._of(voice, audio)
        if (held := self._cache.get(voice)) is not None:
            return held
        raise UnknownVoiceError(f"没有这个音色：{voice}")

    def _of(self, voice: str, audio: bytes) -> VoiceState:
        recording = digest(audio)
        state = self._cache.find(recording) or self._encoder.encode(decode(audio))
        self._cache.put(voice, recording, state)
        return state
