"""Text to mel spectrograms with IndexTTS2 (Zhou et al., 2025, arXiv:2506.21619), many utterances at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from speech.cancellation import Cancelled, never
from speech.errors import RunawayError
from speech.indextts2 import files, parts, tokens
from speech.indextts2.emotion import EmotionBank
from speech.indextts2.gpt import Codes, Decoder, Row, Sampling, slot_bytes
from speech.indextts2.library import Library, VoiceFolder
from speech.indextts2.manner import Manner
from speech.indextts2.qwen import TextEmotion
from speech.indextts2.runaway import longest
from speech.indextts2.s2mel.flow import Flow, MelRow, frame_bytes
from speech.indextts2.s2mel.regulator import mel_frames
from speech.indextts2.settings import Settings
from speech.indextts2.voices import VoiceCache, VoiceEncoder, VoiceState
from speech.utterance import Spectrum, Utterance, check

COMPILED_FRAMES = 128
"""Lengths are rounded up to multiples of so many frames where each length is compiled for itself."""

MIB = 2**20


@dataclass(frozen=True, eq=False)
class Line:
    """An utterance that is ready to be spoken."""

    utterance: Utterance
    voice: VoiceState
    row: Row


class Acoustic:
    """Every utterance's mel is the same in any batch, up to the rounding of matrix products."""

    def __init__(self, settings: Settings) -> None:
        torch.set_num_threads(settings.threads)
        torch.set_float32_matmul_precision("high")  # on a GPU: TensorFloat-32
        folder, device = settings.folder, settings.torch_device
        config = parts.configuration(folder)
        self._gpt = parts.gpt(folder, config, settings.dtype("gpt"), device)
        self._s2mel = parts.s2mel(folder, config, settings.dtype("s2mel"), device)
        self._codec = parts.codec(folder, config, torch.float32, device)
        self._last_code = config.semantic_codec.codebook_size - 1
        self._tokens = tokens.load(settings, config.gpt)
        encoder = VoiceEncoder(
            self._gpt,
            self._s2mel,
            parts.semantic(folder, torch.float32, settings.semantic_device or device),
            self._codec,
            parts.campplus(folder, torch.float32, device),
            config.s2mel.preprocess_params,
        )
        cache = VoiceCache(settings.voice_cache_mb * MIB)
        self._folder = VoiceFolder(settings.voices_folder)
        self._library = Library(self._folder, cache, encoder)
        bank = EmotionBank(*_on(device, parts.emotions(folder)), config.emo_num)
        self._manner = Manner(bank, encoder, _reader(settings))
        self._sampling, self._steps = Sampling(beams=settings.beams), settings.steps
        self._decoder = Decoder(self._gpt, settings.memory_mb * MIB // slot_bytes(self._gpt), settings.beams)
        if settings.compile:
            self._s2mel.cfm.estimator.compile()
        frames = settings.memory_mb * MIB // frame_bytes(self._s2mel)
        self._flow = Flow(self._s2mel, frames, COMPILED_FRAMES if settings.compile else 1)
        self._warm_up()

    def _warm_up(self) -> None:
        """What would else make the first callers wait: the voices of the folder, a GPU's graphs and kernels."""
        self._library.load()
        self._decoder.warm_up(self._sampling)
        if self._gpt.mel_head.weight.is_cuda and (voice := next(iter(self._folder), None)):
            self._speak([Utterance("你好。", voice)], never)

    def preparation(self, utterance: Utterance) -> Callable[[], object] | None:
        """A voice that is not known yet, or an emotion that is to be read or heard: these take seconds."""
        if self._library.knows(utterance.voice, utterance.voice_audio) and self._manner.knows(utterance):
            return None
        return partial(self._prepare, utterance)

    def run(
        self, utterances: Sequence[Utterance], cancelled: Cancelled = never
    ) -> Iterator[Spectrum | Exception | None]:
        """A mel spectrogram of 80 bands, 11.6 ms a frame, per utterance, or the error that it deserves, or None."""
        yield from self._speak(utterances, cancelled)

    @torch.inference_mode()
    def _speak(self, utterances: Sequence[Utterance], cancelled: Cancelled) -> list[Spectrum | Exception | None]:
        results: list[Spectrum | Exception | None] = [None] * len(utterances)
        lines: dict[int, Line] = {}
        for i, utterance in enumerate(utterances):
            try:
                if not cancelled(i):
                    lines[i] = self._prepare(utterance)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this row's and not its neighbours'
                results[i] = error
        codes = self._decode(lines, cancelled)
        for i, found in codes.items():
            if not found.finished:
                results[i] = RunawayError(f"{len(found.codes)} 个编码之内没有结束")
        rows = {i: self._mel_row(lines[i], codes[i]) for i in codes if codes[i].finished and not cancelled(i)}
        for i, mel in zip(rows, self._flow.run(list(rows.values()), self._steps), strict=True):
            results[i] = Spectrum(mel.cpu().numpy(), utterances[i].pitch)
        return results

    @torch.inference_mode()
    def _prepare(self, utterance: Utterance) -> Line:
        check(utterance)
        ids = self._tokens.ids(utterance.text)
        voice = self._library.state(utterance.voice, utterance.voice_audio)
        emovec = self._manner.emovec(utterance, voice)
        prefix = self._gpt.prefix(voice.latents, emovec, torch.tensor(ids))
        return Line(utterance, voice, Row(prefix, longest(len(ids)), self._sampling, utterance.seed))

    def _decode(self, lines: Mapping[int, Line], cancelled: Cancelled) -> dict[int, Codes]:
        """The codes of those lines that are not cancelled."""
        keys = list(lines)
        found = self._decoder.run([line.row for line in lines.values()], lambda i: cancelled(keys[i]))
        return {key: codes for key, codes in zip(keys, found, strict=True) if codes is not None}

    def _mel_row(self, line: Line, codes: Codes) -> MelRow:
        utterance, voice = line.utterance, line.voice
        # Should the start code ever be drawn: a GPU that is asked for its embedding would stop for good.
        heard = codes.codes.clamp(max=self._last_code)
        content = self._s2mel.content(self._codec.embed(heard), codes.hidden)
        # The vocoder makes the voice higher by playing it faster: what it will shorten is made longer here.
        frames = mel_frames(len(codes.codes), utterance.speed / utterance.pitch)
        condition = self._s2mel.regulate(content, frames)
        return MelRow(condition, voice.prompt_condition, voice.prompt_mel, voice.style, utterance.seed)


def _reader(settings: Settings) -> TextEmotion | None:
    folder = settings.folder / files.QWEN
    if not folder.is_dir():
        return None
    return TextEmotion(folder, settings.dtype("gpt"), settings.torch_device)


def _on(device: torch.device, tensors: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    return tensors[0].to(device), tensors[1].to(device)
