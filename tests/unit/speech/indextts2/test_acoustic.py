"""Text to sound through the whole engine: the one promise that no other open server makes."""

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from speech.errors import InvalidParameterError, NothingToSpeakError, RunawayError, SpeechError, UnknownVoiceError
from speech.indextts2.engine import Acoustic, Settings, Vocoder
from speech.utterance import Spectrum, Utterance
from tests.support.recordings import file, voice

BEN = file(voice(4.0, pitch=90.0))
CLARA = file(voice(3.3, 16000, pitch=240.0), 16000, "FLAC")

HAPPY = (1.0, *[0.0] * 7)
MIXED = (0.0, 0.3, 0.0, 0.2, 0.0, 0.0, 0.4, 0.0)

UTTERANCES = (
    Utterance("你好，世界。", "anna", seed=1),
    Utterance("今天下雨了吗？", "ben", HAPPY, 1.5, seed=2, voice_audio=BEN),
    Utterance("我们去看电影。", "anna", MIXED, 0.6, 1.1, seed=3, intensity=0.5),
    Utterance("好。", "clara", seed=-4, voice_audio=CLARA),
    Utterance("一二三四五六七八九十百千万亿点零年月日号时分秒今天明早。", "anna", seed=5),
    Utterance("我很开心", "ben", speed=2.0, seed=6, voice_audio=BEN, emotion_text="我很开心"),
    Utterance("风雨雪花", "anna", seed=7, emotion_audio=CLARA, intensity=0.7),
    Utterance("你好，世界。", "anna", seed=8),
)

Wave = NDArray[np.float32]


@pytest.fixture(scope="module")
def folder(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoint with a voice of its own."""
    copy = tmp_path_factory.mktemp("engine") / "indextts2"
    shutil.copytree(checkpoint, copy)
    (copy / "voices").mkdir()
    (copy / "voices/anna.wav").write_bytes(file(voice(3.2)))
    return copy


@pytest.fixture(scope="module")
def acoustic(folder: Path) -> Acoustic:
    return Acoustic(Settings(folder, steps=4))


@pytest.fixture(scope="module")
def vocoder(folder: Path) -> Vocoder:
    return Vocoder(Settings(folder))


def _mels(acoustic: Acoustic, utterances: Sequence[Utterance]) -> list[Spectrum]:
    results = list(acoustic.run(utterances))
    assert all(isinstance(result, Spectrum) for result in results), results
    return [result for result in results if isinstance(result, Spectrum)]


def _waves(vocoder: Vocoder, spectra: Sequence[Spectrum]) -> list[Wave]:
    return [spoken.waveform for spoken in vocoder.run(spectra)]


@pytest.fixture(scope="module")
def singly(acoustic: Acoustic, vocoder: Vocoder) -> list[Wave]:
    """What each utterance sounds like alone."""
    return [_waves(vocoder, _mels(acoustic, [utterance]))[0] for utterance in UTTERANCES]


@pytest.mark.parametrize("size", [2, 3, 8])
def test_a_batch_is_the_same_as_one_by_one(acoustic: Acoustic, vocoder: Vocoder, singly: list[Wave], size: int) -> None:
    """Mixed texts, voices, emotions, speeds and ends, sampled, in any order and grouping: the same waveforms."""
    order = random.Random(size).sample(range(len(UTTERANCES)), len(UTTERANCES))
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        waves = _waves(vocoder, _mels(acoustic, [UTTERANCES[i] for i in batch]))
        for i, wave in zip(batch, waves, strict=True):
            assert len(singly[i]) == len(wave)  # the codes are the same, since their number is
            assert np.abs(singly[i] - wave).max() < 1e-4


def test_little_memory_changes_nothing(folder: Path, vocoder: Vocoder, singly: list[Wave]) -> None:
    """What does not fit at once is made in parts: the same waveforms."""
    frugal = Acoustic(Settings(folder, steps=4, memory_mb=1))
    for expected, actual in zip(singly, _waves(vocoder, _mels(frugal, UTTERANCES)), strict=True):
        assert len(expected) == len(actual)
        assert np.abs(expected - actual).max() < 1e-4


def test_the_waveforms_are_sane(singly: list[Wave]) -> None:
    """Finite, within full scale, not silent, and no two the same."""
    for wave in singly:
        assert np.isfinite(wave).all()
        assert 0.01 < np.abs(wave).max() <= 1.0
    assert not np.array_equal(singly[0], singly[-1])


def test_a_seed_is_a_performance(acoustic: Acoustic) -> None:
    """The same seed gives the same mel again, another seed another."""
    one, again, other = (_mels(acoustic, [Utterance("你好", "anna", seed=seed)])[0].mel for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert one.shape != other.shape or not np.allclose(one, other)


def test_speed_changes_the_duration_and_nothing_before_it(acoustic: Acoustic) -> None:
    """The same codes are spoken over half or twice the frames; pitch pays its duration back in the vocoder."""
    plain, fast, slow, high = (
        len(_mels(acoustic, [Utterance("今天去看电影", "anna", speed=speed, pitch=pitch)])[0].mel)
        for speed, pitch in ((1.0, 1.0), (2.0, 1.0), (0.5, 1.0), (1.0, 1.25))
    )
    assert abs(plain / 2 - fast) <= 1
    assert abs(plain * 2 - slow) <= 1
    assert abs(plain * 1.25 - high) <= 1


def test_pitch_leaves_the_duration(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """A higher voice speaks as long as the plain one."""
    plain, high = _waves(vocoder, _mels(acoustic, [Utterance("今天", "anna"), Utterance("今天", "anna", pitch=1.25)]))
    assert abs(len(plain) - len(high)) < 2 * 256


def test_emotion_is_heard(acoustic: Acoustic) -> None:
    """A vector, a text and a recording each change the speech, and with no intensity they do not."""
    plain = _mels(acoustic, [Utterance("你好", "anna")])[0].mel
    ways: list[dict[str, object]] = [{"emotion": HAPPY}, {"emotion_text": "高兴"}, {"emotion_audio": CLARA}]
    for way in ways:
        full, none = _mels(acoustic, [Utterance("你好", "anna", intensity=level, **way) for level in (1.0, 0.0)])  # type: ignore[arg-type]
        assert full.mel.shape != plain.shape or not np.allclose(plain, full.mel)
        assert np.allclose(plain, none.mel, atol=1e-5)


def test_a_long_text_is_no_emotion(acoustic: Acoustic) -> None:
    """200 characters are read, one more is refused, before a language model sees them."""
    longest, longer = acoustic.run([Utterance("你好", "anna", emotion_text="喜" * size) for size in (200, 201)])
    assert isinstance(longest, Spectrum)
    assert isinstance(longer, InvalidParameterError)


def test_an_error_disturbs_no_neighbour(acoustic: Acoustic) -> None:
    """Each utterance of a batch has the result that it deserves."""
    batch = [
        Utterance("😀", "anna"),
        Utterance("你好", "anna"),
        Utterance("你好", "nobody"),
        Utterance("你好", "anna", speed=3.0),
        Utterance("你好", "dora", voice_audio=b"no recording"),
    ]
    silent, spoken, unknown, fast, unreadable = acoustic.run(batch)
    assert isinstance(silent, NothingToSpeakError)
    assert isinstance(spoken, Spectrum)
    assert isinstance(unknown, UnknownVoiceError)
    assert isinstance(fast, InvalidParameterError)
    assert isinstance(unreadable, SpeechError)
    assert str(unreadable).startswith("recording_unreadable: ")
    assert np.array_equal(_mels(acoustic, [batch[1]])[0].mel, spoken.mel)


def test_a_voice_is_sent_once(acoustic: Acoustic) -> None:
    """A voice that is not held is asked for; once its recording came it is known without."""
    (asked,) = acoustic.run([Utterance("你好", "emil")])
    assert isinstance(asked, UnknownVoiceError)
    sent = _mels(acoustic, [Utterance("你好", "emil", voice_audio=BEN)])
    held = _mels(acoustic, [Utterance("你好", "emil")])
    assert np.array_equal(sent[0].mel, held[0].mel)


def test_what_is_cancelled_is_left_out(acoustic: Acoustic) -> None:
    """Cancelled before or in the middle of its codes an utterance is None, and its neighbours are as ever."""
    batch = UTTERANCES[:3]
    expected = _mels(acoustic, batch)
    looks = 0

    def cancelled(index: int) -> bool:
        nonlocal looks
        looks += 1
        return index == 1 and looks > 10

    first, second, third = acoustic.run(batch, cancelled)
    assert second is None
    assert isinstance(first, Spectrum)
    assert isinstance(third, Spectrum)
    assert np.allclose(expected[0].mel, first.mel, atol=1e-4)
    assert np.allclose(expected[2].mel, third.mel, atol=1e-4)


def test_without_its_model_no_emotion_is_read_from_text(folder: Path, tmp_path: Path) -> None:
    """The optional part of a checkpoint may be missing; who asks for it is told."""
    copy = tmp_path / "indextts2"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("qwen*"))
    (refused,) = Acoustic(Settings(copy)).run([Utterance("你好", "anna", emotion_text="高兴")])
    assert isinstance(refused, InvalidParameterError)
    assert "qwen0.6bemo4-merge" in str(refused)


def test_compiling_changes_nothing(
    folder: Path, vocoder: Vocoder, singly: list[Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the flow compiled, and lengths padded for it, the waveforms are the same."""
    monkeypatch.setattr(torch.nn.Module, "compile", _compile_quickly)
    compiled = Acoustic(Settings(folder, steps=4, compile=True))
    for expected, actual in zip(singly, _waves(vocoder, _mels(compiled, UTTERANCES)), strict=True):
        assert len(expected) == len(actual)
        assert np.abs(expected - actual).max() < 1e-4


def _compile_quickly(module: torch.nn.Module) -> None:
    """Everything of torch.compile but the code generation, which takes a minute."""
    module._compiled_call_impl = torch.compile(module._call_impl, backend="eager", dynamic=False)


def test_a_runaway_is_heard_by_nobody(acoustic: Acoustic, monkeypatch: pytest.MonkeyPatch) -> None:
    """An utterance that does not end is an error of its own, by its code; the others are spoken."""
    monkeypatch.setattr("speech.indextts2.acoustic.longest", lambda tokens: 3 if tokens > 20 else 500)
    first, second = acoustic.run([UTTERANCES[4], UTTERANCES[0]])
    assert isinstance(first, RunawayError)
    assert str(first).startswith("runaway: ")
    assert isinstance(second, Spectrum)


def test_one_row_s_failure_is_its_own(acoustic: Acoustic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong with one, even what nobody thought of, the others speak."""
    ids = acoustic._tokens.ids

    def fails(text: str) -> list[int]:
        if text == UTTERANCES[3].text:
            raise RuntimeError("CUDA out of memory")
        return ids(text)

    monkeypatch.setattr(acoustic._tokens, "ids", fails)
    failed, spoken = acoustic.run([UTTERANCES[3], UTTERANCES[0]])
    assert isinstance(failed, RuntimeError)
    assert isinstance(spoken, Spectrum)


def test_what_is_no_number_is_not_sent(vocoder: Vocoder) -> None:
    """Half precision that overflows is an error that says what to set, not a noise."""
    with pytest.raises(FloatingPointError, match="VOCODER_DTYPE"):
        next(vocoder.run([Spectrum(np.full((60, 80), np.nan, np.float32))]))


def test_what_takes_long_is_known_beforehand(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new voice, an emotion to be read or heard: until each is prepared, and not again."""
    acoustic = Acoustic(Settings(folder, steps=1))
    monkeypatch.setattr(acoustic._manner, "_reader", lambda _: HAPPY)
    slow = (
        Utterance("你好", "ben", voice_audio=BEN),
        Utterance("你好", "anna", emotion_text="大家都很开心"),
        Utterance("你好", "anna", emotion_audio=CLARA),
    )
    assert acoustic.preparation(Utterance("你好", "anna", HAPPY)) is None  # made at the start
    assert acoustic.preparation(Utterance("你好", "nobody")) is None  # an error at once
    assert acoustic.preparation(Utterance("你好", "anna", emotion_text="好" * 201)) is None  # another
    for utterance in slow:
        prepare = acoustic.preparation(utterance)
        assert prepare
        prepare()
        assert acoustic.preparation(utterance) is None


def test_the_warm_up_speaks_with_a_voice_of_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a GPU; the micro model babbles, which is no reason not to start."""
    monkeypatch.setattr(torch.Tensor, "is_cuda", property(lambda _: True))
    spoken: list[Utterance] = []
    monkeypatch.setattr(Acoustic, "_speak", lambda _, utterances, __: spoken.extend(utterances))
    Acoustic(Settings(folder, steps=1))
    assert ["anna"] == [utterance.voice for utterance in spoken]


def test_an_emotion_is_read_from_a_text_once(acoustic: Acoustic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The segments of a text ask for the same: a language model takes seconds."""
    read: list[str] = []

    def reader(text: str) -> tuple[float, ...]:
        read.append(text)
        return HAPPY

    monkeypatch.setattr(acoustic._manner, "_reader", reader)
    for text in ("大家都很开心", "大家都很开心", "又下雨了", "大家都很开心"):
        assert HAPPY == acoustic._manner._read(text)
    assert ["大家都很开心", "又下雨了"] == read
