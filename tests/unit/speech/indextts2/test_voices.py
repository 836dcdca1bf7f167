import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from speech.indextts2 import configuration
from speech.indextts2.configuration import Preprocess, Spectrogram
from speech.indextts2.features.campplus import CampPlus, Sizes
from speech.indextts2.features.codec import Codec
from speech.indextts2.features.fbank import centred, fbank
from speech.indextts2.features.mel import log_mel
from speech.indextts2.features.resampling import resample
from speech.indextts2.recordings import Recording
from speech.indextts2.voices import ENTRY_BYTES, VoiceCache, VoiceEncoder, VoiceState, digest
from tests.support.recordings import voice

PREPROCESS = Preprocess(22050, Spectrogram(n_fft=1024, win_length=1024, hop_length=256, n_mels=80, fmin=0))
SIZE = 16


class FakeGpt:
    """Means over time, so that every row of the features counts."""

    def speaker_latents(self, semantic: Tensor) -> Tensor:
        return semantic.mean(dim=0).expand(32, -1).contiguous()

    def emotion_vector(self, semantic: Tensor) -> Tensor:
        return 2 * semantic.mean(dim=0)


class FakeS2Mel:
    def regulate(self, features: Tensor, frames: int) -> Tensor:
        return features[:1].expand(frames, -1).contiguous()


class FakeSemantic:
    """One row per 20 ms, of its samples."""

    def __call__(self, samples: NDArray[np.float32]) -> Tensor:
        return torch.from_numpy(samples[: len(samples) // 320 * 320]).view(-1, 320)[:, :SIZE]


@pytest.fixture
def parts() -> SimpleNamespace:
    torch.manual_seed(0)
    sizes = configuration.Codec(
        codebook_size=9, hidden_size=SIZE, codebook_dim=4, vocos_dim=8, vocos_intermediate_dim=8, vocos_num_layers=1
    )
    campplus = CampPlus(Sizes(planes=2, channels=4, growth=2, bottleneck=4, layers=(1, 1, 1), style=5)).eval()
    return SimpleNamespace(
        gpt=FakeGpt(),
        s2mel=FakeS2Mel(),
        semantic=FakeSemantic(),
        codec=Codec(sizes).eval(),
        campplus=campplus,
        preprocess=PREPROCESS,
    )


def test_a_voice_is_what_the_models_make_of_its_recording(parts: SimpleNamespace) -> None:
    """Mel at the model's rate and the prompt as long; the speaker at 16 kHz from that rate, the emotion at once."""
    recording = Recording(voice(4.0, 44100), 44100)
    state = VoiceEncoder(**vars(parts)).encode(recording)
    speaker = resample(torch.from_numpy(recording.at(22050)), 22050, 16000)
    semantic = parts.semantic(speaker.numpy())
    mel = log_mel(torch.from_numpy(recording.at(22050)), PREPROCESS)
    with torch.inference_mode():
        style = parts.campplus(centred(fbank(speaker)))
        quantized = parts.codec.quantize(semantic)
    assert torch.equal(parts.gpt.speaker_latents(semantic), state.latents)
    assert torch.equal(parts.gpt.emotion_vector(parts.semantic(recording.at(16000))), state.emovec)
    assert torch.equal(style, state.style)
    assert torch.equal(mel, state.prompt_mel)
    assert torch.equal(parts.s2mel.regulate(quantized, 4 * 22050 // 256), state.prompt_condition)


def test_only_the_emotion_of_a_recording(parts: SimpleNamespace) -> None:
    """The emotion of another recording is what its own voice would have."""
    encoder, recording = VoiceEncoder(**vars(parts)), Recording(voice(4.0, 16000), 16000)
    assert torch.equal(encoder.encode(recording).emovec, encoder.emotion(recording))


def test_a_state_knows_its_bytes() -> None:
    """A full-size voice of 15 s, all in float32, is the 3 MB that the facts state."""
    state = VoiceState(
        latents=torch.zeros(32, 1280),
        emovec=torch.zeros(1280),
        style=torch.zeros(192),
        prompt_condition=torch.zeros(1291, 512),
        prompt_mel=torch.zeros(80, 1291),
    )
    assert 4 * (32 * 1280 + 1280 + 192 + 1291 * 512 + 80 * 1291) == state.nbytes
    assert 3.2e6 == pytest.approx(state.nbytes, rel=0.03)


def _state(size: int = 1000) -> VoiceState:
    return VoiceState(*(torch.zeros(size // 20) for _ in range(5)))


COST = 1000 + ENTRY_BYTES


def test_a_voice_is_kept_by_its_id() -> None:
    """The very state comes back, under its id only; another recording under the same id takes its place."""
    cache, first, second = VoiceCache(10 * COST), _state(), _state()
    cache.put("a", digest(b"1"), first)
    assert first is cache.get("a")
    assert cache.get("b") is None
    cache.put("a", digest(b"2"), second)
    assert second is cache.get("a")
    assert cache.find(digest(b"1")) is None
    assert COST == cache.nbytes


def test_the_one_not_used_for_longest_goes_first() -> None:
    """Reading is using."""
    cache = VoiceCache(3 * COST)
    for name in "abc":
        cache.put(name, name, _state())
    cache.get("a")
    cache.put("d", "d", _state())
    assert ["a", "c", "d"] == [name for name in "abcd" if cache.get(name)]
    assert 3 * COST == cache.nbytes


def test_a_large_voice_takes_as_many_as_it_needs() -> None:
    """Several small voices go for one large one, and no more than necessary."""
    cache = VoiceCache(5 * COST)
    for name in "abcde":
        cache.put(name, name, _state())
    cache.put("large", "large", _state(3000))
    assert ["c", "d", "e", "large"] == [name for name in ("a", "b", "c", "d", "e", "large") if cache.get(name)]


def test_the_one_just_put_stays_even_if_it_is_too_large() -> None:
    """What is being used now is kept, alone if need be."""
    cache = VoiceCache(COST)
    cache.put("a", "a", _state())
    cache.put("b", "b", _state(5000))
    assert cache.get("a") is None
    assert cache.get("b") is not None
    cache.put("c", "c", _state())
    assert cache.get("b") is None
    assert COST == cache.nbytes


def test_a_recording_under_two_ids_counts_once() -> None:
    """Ids of the same recording share its state, which goes with the last of them."""
    cache, state = VoiceCache(2 * COST), _state()
    cache.put("a", digest(b"1"), state)
    cache.put("b", digest(b"1"), state)
    assert 1000 + 2 * ENTRY_BYTES == cache.nbytes
    assert state is cache.find(digest(b"1"))
    cache.put("c", "c", _state())
    assert cache.get("a") is None
    assert state is cache.get("b")
    cache.put("b", "d", _state())
    assert cache.find(digest(b"1")) is None


def test_many_ids_of_one_recording_stay_within_the_budget() -> None:
    """Ids cost something too: no one can fill the memory with names."""
    cache, state = VoiceCache(20 * ENTRY_BYTES), _state()
    for i in range(500):
        cache.put(str(i), "same", state)
    assert cache.nbytes <= 20 * ENTRY_BYTES
    assert 19 == sum(cache.get(str(i)) is not None for i in range(500))


def test_threads_may_share_it() -> None:
    """Under many threads nothing breaks, and the books are right in the end."""
    cache, start = VoiceCache(8 * COST), threading.Barrier(8)

    def use(seed: int) -> None:
        random = Random(seed)
        start.wait()
        for _ in range(300):
            name = str(random.randrange(20))
            state = cache.get(name)
            if state is None or random.random() < 0.3:
                cache.put(name, str(random.randrange(15)), _state())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(8)))
    kept = [name for name in map(str, range(20)) if cache.get(name)]
    states = {id(cache.get(name)) for name in kept}
    assert len(states) * 1000 + len(kept) * ENTRY_BYTES == cache.nbytes <= 8 * COST


def test_the_digest_is_sha256() -> None:
    """The one that `sha256sum` prints."""
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
