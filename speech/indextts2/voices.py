"""Voices: what is kept of a recording, how it is made, and where it is kept."""

import hashlib
from collections import Counter, OrderedDict
from dataclasses import dataclass, fields
from threading import Lock
from typing import Protocol

import torch
from torch import Tensor

from speech.indextts2.configuration import Preprocess
from speech.indextts2.features import fbank
from speech.indextts2.features.campplus import CampPlus
from speech.indextts2.features.codec import Codec
from speech.indextts2.features.mel import log_mel
from speech.indextts2.features.resampling import resample
from speech.indextts2.features.semantic import SAMPLE_RATE, Semantic
from speech.indextts2.recordings import Recording


class Conditioner(Protocol):
    """The language model's part in a voice; both take semantic features `[T, F]`."""

    def speaker_latents(self, semantic: Tensor) -> Tensor: ...

    def emotion_vector(self, semantic: Tensor) -> Tensor: ...


class Regulator(Protocol):
    def regulate(self, features: Tensor, frames: int) -> Tensor:
        """Features `[T, F]` stretched to `[frames, C]`."""
        ...


@dataclass(frozen=True, eq=False)
class VoiceState:
    """`latents` `[32, D]`, `emovec` `[D]`, `style` `[S]`, `prompt_condition` `[T, C]`, `prompt_mel` `[n_mels, T]`."""

    latents: Tensor
    emovec: Tensor
    style: Tensor
    prompt_condition: Tensor
    prompt_mel: Tensor

    @property
    def nbytes(self) -> int:
        return sum(getattr(self, field.name).nbytes for field in fields(self))


class VoiceEncoder:
    """One recording at a time: the conformers are not exact in a padded batch, and a voice is made once."""

    def __init__(  # noqa: PLR0913, PLR0917 - a voice is what six models make of it
        self,
        gpt: Conditioner,
        s2mel: Regulator,
        semantic: Semantic,
        codec: Codec,
        campplus: CampPlus,
        preprocess: Preprocess,
    ) -> None:
        self._gpt, self._s2mel, self._semantic = gpt, s2mel, semantic
        self._codec, self._campplus, self._preprocess = codec, campplus, preprocess

    @torch.inference_mode()
    def encode(self, recording: Recording) -> VoiceState:
        speaker = self.speaker(recording)
        semantic = self._semantic(speaker.numpy())
        mel = log_mel(torch.from_numpy(recording.at(self._preprocess.sr)).to(semantic.device), self._preprocess)
        return VoiceState(
            latents=self._gpt.speaker_latents(semantic),
            emovec=self.emotion(recording),
            style=self._campplus(fbank.centred(fbank.fbank(speaker))),
            prompt_condition=self._s2mel.regulate(self._codec.quantize(semantic), mel.shape[1]),
            prompt_mel=mel,
        )

    def speaker(self, recording: Recording) -> Tensor:
        """The samples at 16 kHz by which the speaker is known: through another resampler than the emotion's."""
        return resample(torch.from_numpy(recording.at(self._preprocess.sr)), self._preprocess.sr, SAMPLE_RATE)

    @torch.inference_mode()
    def emotion(self, recording: Recording) -> Tensor:
        """Only the emotion `[D]` of a recording, to be blended into another voice."""
        return self._gpt.emotion_vector(self._semantic(recording.at(SAMPLE_RATE)))


ENTRY_BYTES = 1024
"""About what an entry takes besides its tensors, so that many ids of one recording do not grow for free."""


class VoiceCache:
    """Voices by id, within `budget` bytes: the one that was not used for longest goes first. Safe to share.

    Ids of the same recording share its state, which counts once.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._digests: OrderedDict[str, str] = OrderedDict()
        self._states: dict[str, VoiceState] = {}
        self._users: Counter[str] = Counter()
        self._lock = Lock()

    @property
    def nbytes(self) -> int:
        with self._lock:
            return self._nbytes()

    def get(self, voice: str) -> VoiceState | None:
        with self._lock:
            if voice not in self._digests:
                return None
            self._digests.move_to_end(voice)
            return self._states[self._digests[voice]]

    def find(self, recording: str) -> VoiceState | None:
        """What was made of the recording with this `digest`, under whatever id."""
        with self._lock:
            return self._states.get(recording)

    def put(self, voice: str, recording: str, state: VoiceState) -> None:
        """Keep `state`, made of the recording with this `digest`, and let go of others, but never of this one."""
        with self._lock:
            self._drop(voice)
            self._digests[voice] = recording
            self._states.setdefault(recording, state)
            self._users[recording] += 1
            while self._nbytes() > self._budget and len(self._digests) > 1:
                self._drop(next(iter(self._digests)))

    def _drop(self, voice: str) -> None:
        recording = self._digests.pop(voice, None)
        if recording is None:
            return
        self._users[recording] -= 1
        if not self._users[recording]:
            del self._users[recording], self._states[recording]

    def _nbytes(self) -> int:
        return sum(state.nbytes for state in self._states.values()) + ENTRY_BYTES * len(self._digests)


def digest(content: bytes) -> str:
    """What a recording is known by: the SHA-256 of its file."""
    return hashlib.sha256(content).hexdigest()
