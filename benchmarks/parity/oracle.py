"""PyPI's `indextts2-inference` as the oracle: the whole program, and what passes between its stages."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn

from benchmarks.parity import replacements
from benchmarks.parity.loading import load

Generation = dict[str, Any]
"""Arguments of Hugging Face's `generate`."""


@dataclass(frozen=True, eq=False)
class Voice:
    """What is kept of a recording, `semantic` `[T, F]` and the rest as in our `VoiceState`."""

    semantic: Tensor
    latents: Tensor
    emovec: Tensor
    style: Tensor
    prompt_condition: Tensor
    prompt_mel: Tensor


@dataclass(frozen=True, eq=False)
class Speech:
    """What passed between upstream's stages while it spoke one text, without a batch dimension, time first."""

    ids: Tensor
    emovec: Tensor
    prefix: Tensor
    codes: Tensor
    hidden: Tensor
    content: Tensor
    condition: Tensor
    mel: Tensor
    waveform: Tensor


class Oracle:
    def __init__(self, folder: Path) -> None:
        self._program = load(folder)

    @torch.inference_mode()
    def voice(self, recording: Path) -> Voice:
        """What is kept of a recording."""
        program, gpt = self._program, self._program.gpt
        program._init_cache()  # noqa: SLF001 - or the voice that is kept would be given back
        semantic, style, condition, mel = program._get_speaker_conditioning(str(recording))  # noqa: SLF001 - upstream has no public function of it
        heard = program._get_emotion_conditioning(str(recording))  # noqa: SLF001 - as above
        length = _length(semantic)
        latents = gpt.get_conditioning(semantic.transpose(1, 2), length)
        emovec = gpt.merge_emovec(semantic, heard, length, length, alpha=1.0)
        return Voice(*(tensor[0] for tensor in (semantic, latents, emovec, style, condition, mel)))

    @torch.inference_mode()
    def decode(
        self, voice: Voice, speech: Speech, generation: Generation, *, positions: bool = False
    ) -> tuple[Tensor, Tensor]:
        """The codes `[N]` of a row, and the states `[N, D]` of the second pass; with upstream's own `positions`."""
        gpt, semantic, emotion, text = self._program.gpt, voice.semantic[None], speech.emovec[None], speech.ids[None]
        arguments = {"cond_lengths": _length(semantic), "emo_vec": emotion, "do_sample": False}
        with replacements.positions(gpt.mel_pos_embedding) if positions else nullcontext():
            found, latents = gpt.inference_speech(semantic, text, **arguments, **generation)
        codes = self._cut(found[0])
        lengths = torch.tensor([text.shape[1]]), torch.tensor([len(codes)])
        second = latents, text.clone(), lengths[0], codes[None].clone(), lengths[1], None  # it writes into what it gets
        return codes, gpt(*second, emo_vec=emotion, use_speed=torch.zeros(1, dtype=torch.int64))[0]

    def speak(self, recording: Path, text: str, vector: tuple[float, ...], seed: int, generation: Generation) -> Speech:
        """One text by the whole program, with a vector as upstream's user interface hands it over."""
        program, found = self._program, dict[str, Tensor]()
        flow = program.s2mel.models["cfm"]
        chosen = program.normalize_emo_vec(list(vector)) if any(vector) else None

        def generate(semantic: Tensor, ids: Tensor, *rest: Tensor, **settings: Any) -> Any:
            found.update(ids=ids[0].long(), emovec=settings["emo_vec"][0])
            return inference_speech(semantic, ids, *rest, **settings | {"do_sample": False})

        inference_speech = program.gpt.inference_speech
        with (
            patch.object(program.gpt, "inference_speech", generate),
            patch.object(flow, "inference", partial(replacements.flow, flow, seed)),
            self._listening(found),
        ):
            stream = program.infer_generator(
                str(recording), text, None, stream_return=True, emo_vector=chosen, **generation
            )
            found["waveform"] = next(stream)[0]
        return Speech(**found)

    @contextmanager
    def _listening(self, found: dict[str, Tensor]) -> Iterator[None]:
        """What goes in and out of the stages while the program runs; of the regulator's calls, the last counts."""
        program = self._program

        def second_pass(_: nn.Module, given: Any, made: Tensor) -> None:
            prefix = program.gpt.inference_model.cached_mel_emb[0]
            found.update(codes=self._cut(given[3][0].clone()), hidden=made[0], prefix=prefix)

        def regulator(_: nn.Module, given: Any, made: Any) -> None:
            found.update(content=given[0][0], condition=made[0][0])

        def vocoder(_: nn.Module, given: Any) -> None:
            found.update(mel=given[0][0].T.clone())

        hooks = [
            program.gpt.register_forward_hook(second_pass),
            program.s2mel.models["length_regulator"].register_forward_hook(regulator),
            program.bigvgan.register_forward_pre_hook(vocoder),
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _cut(self, codes: Tensor) -> Tensor:
        stops = (codes == self._program.stop_mel_token).nonzero()
        return codes[: int(stops[0])] if len(stops) else codes


def _length(semantic: Tensor) -> Tensor:
    """Upstream gives the width for the length; both are more than there is, so that nothing is masked."""
    return torch.tensor([semantic.shape[-1]])
