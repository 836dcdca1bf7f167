"""The engine's way: rows together, one beam, static cache, states kept, voices cached."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.gpu.clock import Clock
from benchmarks.gpu.model import Model
from benchmarks.gpu.work import Job
from speech.indextts2.bigvgan import vocode
from speech.indextts2.gpt import Codes, Decoder, Row, Sampling
from speech.indextts2.s2mel import Flow, MelRow, S2Mel, mel_frames

STEPS = 25


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
    def __init__(self, model: Model, steps: int = STEPS, sampling: Sampling | None = None) -> None:
        self.model, self._steps, self._sampling = model, steps, sampling or Sampling()
        self._decoder, self._flow = Decoder(model.gpt), Flow(model.s2mel)

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
