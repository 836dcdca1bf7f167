"""Our engine's parts and our engine, of the same checkpoint."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.parity.oracle import Speech, Voice
from speech.indextts2 import files, parts
from speech.indextts2.acoustic import Acoustic
from speech.indextts2.bigvgan.vocoding import vocode
from speech.indextts2.configuration import Gpt
from speech.indextts2.emotion import EmotionBank, mix, weights
from speech.indextts2.glossary import Glossary
from speech.indextts2.gpt import Codes, Decoder, Row, Sampling
from speech.indextts2.recordings import decode
from speech.indextts2.s2mel.flow import Flow, MelRow
from speech.indextts2.settings import Settings
from speech.indextts2.tokens import Tokens
from speech.indextts2.vocoder import Vocoder
from speech.indextts2.voices import VoiceEncoder, VoiceState
from speech.utterance import Utterance

CPU, TYPE = "cpu", torch.float32

AREA = 16 * 512
"""Slots of the GPT's cache: for four rows of three beams, all of the longest."""


class Ours:
    """Every stage takes the oracle's tensors, so that one stage's difference is not another's."""

    def __init__(self, folder: Path) -> None:
        config = parts.configuration(folder)
        self.config: Gpt = config.gpt
        self._gpt = parts.gpt(folder, config, TYPE, CPU)
        self._s2mel = parts.s2mel(folder, config, TYPE, CPU)
        self._codec = parts.codec(folder, config, TYPE, CPU)
        self._semantic = parts.semantic(folder, TYPE, CPU)
        self._bigvgan = parts.bigvgan(folder, TYPE, CPU)
        campplus, preprocess = parts.campplus(folder, TYPE, CPU), config.s2mel.preprocess_params
        self._encoder = VoiceEncoder(self._gpt, self._s2mel, self._semantic, self._codec, campplus, preprocess)
        self._bank = EmotionBank(*parts.emotions(folder), config.emo_num)
        self._tokens = Tokens(folder / files.BPE, config.gpt, Glossary({}))

    def voice(self, recording: Path) -> VoiceState:
        return self._encoder.encode(decode(recording.read_bytes()))

    @torch.inference_mode()
    def semantic(self, recording: Path) -> Tensor:
        return self._semantic(self._encoder.speaker(decode(recording.read_bytes())).numpy())

    @torch.inference_mode()
    def emovec(self, voice: Voice, vector: Sequence[float]) -> Tensor:
        return mix(voice.emovec, *self._bank.vector(weights(vector), voice.style))

    def ids(self, text: str) -> Tensor:
        return torch.tensor(self._tokens.ids(text))

    @torch.inference_mode()
    def prefix(self, voice: Voice, speech: Speech) -> Tensor:
        return self._gpt.prefix(voice.latents, speech.emovec, speech.ids)

    def decode(self, speeches: Sequence[Speech], longest: int, sampling: Sampling) -> list[Codes]:
        rows = [Row(speech.prefix, longest, sampling, seed) for seed, speech in enumerate(speeches)]
        return [codes for codes in Decoder(self._gpt, AREA, sampling.beams).run(rows) if codes is not None]

    @torch.inference_mode()
    def content(self, speech: Speech) -> Tensor:
        return self._s2mel.content(self._codec.embed(speech.codes), speech.hidden)

    @torch.inference_mode()
    def condition(self, speech: Speech) -> Tensor:
        return self._s2mel.regulate(speech.content, len(speech.condition))

    def mels(self, voices: Sequence[Voice], conditions: Sequence[Tensor], steps: int) -> list[Tensor]:
        rows = [
            MelRow(condition, voice.prompt_condition, voice.prompt_mel, voice.style, seed)
            for seed, (voice, condition) in enumerate(zip(voices, conditions, strict=True))
        ]
        return Flow(self._s2mel).run(rows, steps)

    def waveforms(self, mels: Sequence[Tensor]) -> list[Tensor]:
        return vocode(self._bigvgan, mels)


class Engine:
    """As Triton runs it, but for the sampling: random numbers cannot be compared."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(folder, device=CPU)
        self._acoustic, self._vocoder = Acoustic(settings), Vocoder(settings)
        self._acoustic._sampling = replace(self._acoustic._sampling, greedy=True)  # noqa: SLF001 - nobody else needs it

    def speak(self, utterances: Sequence[Utterance]) -> list[tuple[Tensor, Tensor]]:
        """A mel `[T, n_mels]` and samples for each, all made in one batch. Raises what an utterance deserves."""
        spectra = []
        for spectrum in self._acoustic.run(utterances):
            if spectrum is None or isinstance(spectrum, Exception):
                raise spectrum or AssertionError("nothing was cancelled")
            spectra.append(spectrum)
        return [
            (torch.from_numpy(spectrum.mel), torch.from_numpy(spoken.waveform))
            for spectrum, spoken in zip(spectra, self._vocoder.run(spectra), strict=True)
        ]
