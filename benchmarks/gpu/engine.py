"""The engine's way: rows together, one beam, static cache, states kept, voices cached."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.gpu.clock import Clock
from benchmarks.gpu.model import Model
from benchmarks.gpu.work import Job
from speech.indextts2.bigvgan import vocode, warm_up
from speech.indextts2.gpt import Codes, Decoder, Row, Sampling, slot_bytes
from speech.indextts2.s2mel import Flow, MelRow, S2Mel, frame_bytes, mel_frames

STEPS = 25

AREA = 32 * 640
"""Slots of the GPT's cache: 32 of the longest jobs go together."""


@dataclass(frozen=True, eq=False)
class Speech:
    """Of each row the codes `[N]`, the mel `[T, n_mels]` and the waveform `[T * hop]`; seconds by stage."""

    codes: list[Tensor]
    mels: list[Tensor]
    waveforms: list[Tensor]
    laps: dict[str, float]

    @property
    def seconds(self) -> float:
        return sum(self.laps.values())


class Engine:
    def __init__(
        self, model: Model, steps: int = STEPS, sampling: Sampling | None = None, memory: int | None = None
    ) -> None:
        """`memory` bytes as the engine's `memory_mb`; without a number every batch goes through at once."""
        self.model, self._steps, self._sampling = model, steps, sampling or Sampling()
        slots = AREA if memory is None else memory // slot_bytes(model.gpt)
        frames = math.inf if memory is None else memory // frame_bytes(model.s2mel)
        self._decoder = Decoder(model.gpt, slots, self._sampling.beams)
        self._flow = Flow(model.s2mel, frames)

    def warm_up(self) -> None:
        """As the engine does before it is ready."""
        self._decoder.warm_up(self._sampling)
        if self.model.device.type == "cuda":
            warm_up(self.model.vocoder)

    @property
    def graphs(self) -> int:
        """Recorded so far."""
        return self._decoder.graphs

    @torch.inference_mode()
    def speak(self, jobs: Sequence[Job]) -> Speech:
        clock = Clock(self.model.device)
        found = self.decode(jobs)
        clock.lap("gpt")
        mels = self._flow.run([mel_row(self.model, *pair) for pair in zip(jobs, found, strict=True)], self._steps)
        clock.lap("s2mel")
        waveforms = vocode(self.model.vocoder, mels)
        clock.lap("vocoder")
        return Speech([codes.codes for codes in found], mels, waveforms, clock.laps)

    @torch.inference_mode()
    def decode(self, jobs: Sequence[Job], codes: int | None = None) -> list[Codes]:
        """As many codes as each job takes, or `codes` for all."""
        rows = [Row(self._prefix(job), job.codes if codes is None else codes, self._sampling, job.seed) for job in jobs]
        return [codes for codes in self._decoder.run(rows) if codes is not None]

    def _prefix(self, job: Job) -> Tensor:
        return self.model.gpt.prefix(job.voice.latents, job.voice.emovec, job.text)


def mel_row(model: Model, job: Job, codes: Codes, s2mel: S2Mel | None = None) -> MelRow:
    """What the flow takes for codes; `s2mel` may be another than the model's."""
    part, voice = s2mel or model.s2mel, job.voice
    content = part.content(model.codec.embed(codes.codes), codes.hidden)
    condition = part.regulate(content, mel_frames(len(codes.codes)))
    return MelRow(condition, voice.prompt_condition, voice.prompt_mel, voice.style, job.seed)
