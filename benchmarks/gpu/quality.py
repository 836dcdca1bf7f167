"""What is lost by fewer steps and by half precision, on the same codes: each part against itself in float32."""

import torch
from torch import Tensor

from benchmarks.gpu.bench import Bench, Result
from benchmarks.gpu.clock import tf32
from benchmarks.gpu.engine import STEPS, mel_row
from benchmarks.gpu.model import Model, Precision, build
from benchmarks.gpu.upstream import second_pass
from benchmarks.gpu.work import Job, jobs
from speech.indextts2.bigvgan import vocode
from speech.indextts2.gpt import Codes
from speech.indextts2.s2mel import Flow, S2Mel

FEWER = (15, 12, 10)
ROWS = 4
HALVES = {"float16": torch.float16, "bfloat16": torch.bfloat16}


class Guard:
    """The rows' codes, states, mels and waveforms as they are in float32."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.model = bench, bench.full
        self.jobs = jobs(bench.scale, bench.voices(bench.full), ROWS, 300)
        self.codes = [_codes(bench, job) for job in self.jobs]
        self.hidden = [self._hidden(self.model, *pair) for pair in zip(self.jobs, self.codes, strict=True)]
        self.mels = self.flow(self.model.s2mel, STEPS, self.hidden)
        self.waveforms = vocode(self.model.vocoder, self.mels)

    def _hidden(self, model: Model, job: Job, codes: Tensor) -> Tensor:
        prefix = model.gpt.prefix(job.voice.latents, job.voice.emovec, job.text)
        return second_pass(model.gpt, prefix, codes).float()

    def flow(self, s2mel: S2Mel, steps: int, hidden: list[Tensor]) -> list[Tensor]:
        rows = [
            mel_row(self.model, job, Codes(codes, states, finished=False), s2mel)
            for job, codes, states in zip(self.jobs, self.codes, hidden, strict=True)
        ]
        return Flow(s2mel).run(rows, steps)

    def mel(self, mels: list[Tensor]) -> Result:
        """The mels' differences, and what they do to a waveform."""
        snr = ratio(self.waveforms, vocode(self.model.vocoder, mels))
        return {**difference(self.mels, mels), "waveform_snr_db": snr}

    def gpt(self, model: Model) -> Result:
        """The states' difference on the same codes; how often the likeliest code stays; the mels that follow."""
        hidden = [self._hidden(model, *pair) for pair in zip(self.jobs, self.codes, strict=True)]
        pairs = list(zip(self.hidden, hidden, strict=True))
        agree = [_likeliest(self.model, a).eq(_likeliest(model, b)) for a, b in pairs]
        error = torch.cat([(a - b).flatten() for a, b in pairs]).norm() / torch.cat(self.hidden).norm()
        return {
            "states_relative_error": float(error),
            "same_likeliest_code": float(torch.cat(agree).float().mean()),
            **self.mel(self.flow(self.model.s2mel, STEPS, hidden)),
        }


@torch.inference_mode()
def quality(bench: Bench) -> Result:
    with tf32(products=False, convolutions=False):
        guard = Guard(bench)
        largest = max(float(mel.abs().max()) for mel in guard.mels)
        found: Result = {"rows": ROWS, "mel_largest": largest, "steps": {}, "gpt": {}, "s2mel": {}, "vocoder": {}}
        for steps in FEWER:
            found["steps"][steps] = guard.mel(guard.flow(guard.model.s2mel, steps, guard.hidden))
        for name, dtype in HALVES.items():
            model = build(bench.scale, Precision(dtype, dtype, dtype), bench.device)
            found["gpt"][name] = guard.gpt(model)
            found["s2mel"][name] = guard.mel(guard.flow(model.s2mel, STEPS, guard.hidden))
            found["vocoder"][name] = {"waveform_snr_db": ratio(guard.waveforms, vocode(model.vocoder, guard.mels))}
    with tf32(products=True, convolutions=True):
        name = "float32 with TF32"
        found["s2mel"][name] = guard.mel(guard.flow(guard.model.s2mel, STEPS, guard.hidden))
        found["vocoder"][name] = {"waveform_snr_db": ratio(guard.waveforms, vocode(guard.model.vocoder, guard.mels))}
    return found


def difference(expected: list[Tensor], actual: list[Tensor]) -> Result:
    errors = torch.cat([(a - b).abs().flatten() for a, b in zip(expected, actual, strict=True)])
    return {"mel_max_abs": float(errors.max()), "mel_mean_abs": float(errors.mean())}


def ratio(expected: list[Tensor], actual: list[Tensor]) -> float | None:
    """Signal to noise in dB, where the signal is what was expected; none if there is no noise at all."""
    signal, noise = torch.cat(expected).double(), torch.cat(expected).double() - torch.cat(actual).double()
    power = noise.square().sum()
    return None if power == 0 else float(10 * torch.log10(signal.square().sum() / power))


def _codes(bench: Bench, job: Job) -> Tensor:
    """Any codes will do, as long as they are always the same."""
    size = bench.scale.config.semantic_codec.codebook_size
    generator = torch.Generator().manual_seed(job.seed)
    return torch.randint(size, (job.codes,), generator=generator).to(bench.device)


def _likeliest(model: Model, hidden: Tensor) -> Tensor:
    logits: Tensor = model.gpt.mel_head(hidden.to(model.gpt.mel_head.weight))
    return logits.argmax(-1)
