"""Contract 1: the ensemble `tts` of the real Triton server, with the embedded voice."""

import asyncio
from functools import partial
from itertools import pairwise
from pathlib import Path
from secrets import randbelow

import numpy as np
import pytest
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from api.engine.triton import TritonEngine
from api.engine.voices import voices_of
from compose.local.stack import Stack
from serving.settings import StartSettings
from tests.support.triton import SAMPLE_RATE, counts, infer, outcomes, synthesize
from tests.support.waiting import until


async def test_speech_is_sane(triton: InferenceServerClient) -> None:
    """A sentence of ten syllables lasts about two seconds, is loud enough, finite and not clipped."""
    waveform = await synthesize(triton, "今天的天气真是不错啊。")
    assert 1.2 < len(waveform) / SAMPLE_RATE < 3.5
    assert np.isfinite(waveform).all()
    assert 0.02 < np.sqrt(np.mean(waveform**2)) < 0.5
    assert np.abs(waveform).max() < 1


async def test_the_sample_rate_is_in_the_configuration(triton: InferenceServerClient) -> None:
    """A client learns the rate and the segment limit from the ensemble's parameters."""
    configuration = (await triton.get_model_config("tts")).config
    told = {name: parameter.string_value for name, parameter in configuration.parameters.items()}
    assert {"sample_rate": "24000", "max_segment_characters": "80", "character_times": "true"}.items() <= told.items()
    assert (["baker"], "baker") == ([voice.id for voice in voices_of(told["voices"])], told["default_voice"])


async def test_the_times_of_characters(triton: InferenceServerClient) -> None:
    """A waveform comes with its rate and a time for each character of the text as it was sent, also from the cache."""
    text = "今天是2026年，气温-5℃。"
    for _ in range(2):
        result = await infer(triton, text)
        assert [[24000]] == result.as_numpy("SAMPLE_RATE").tolist()
        (times,) = result.as_numpy("CHARACTER_TIMES")
        assert (len(text), 2) == times.shape
        assert (times[:, 0] <= times[:, 1]).all()
        assert (times[:-1, 1] <= times[1:, 0] + 1e-6).all()
        assert 0 <= times.min() < times.max() <= result.as_numpy("WAVEFORM").size / SAMPLE_RATE
        assert ["，", "。"] == [text[i] for i, (start, end) in enumerate(times) if start == end]


async def test_instances_follow_the_machine(triton: InferenceServerClient, tmp_path: Path) -> None:
    """Both models have an instance for each core, as far as the memory reaches."""
    expected = StartSettings(triton_run_dir=tmp_path, engine="baker").instances
    for model in ("acoustic", "vocoder"):
        (group,) = (await triton.get_model_config(model)).config.instance_group
        assert expected == group.count


async def test_a_burst_is_refused_in_front_of_all_work(triton: InferenceServerClient) -> None:
    """Beyond the queue's bound a request is refused before anything is computed for it; what was let in is answered."""
    (group,) = (await triton.get_model_config("acoustic")).config.instance_group
    bound = (await triton.get_model_config("acoustic")).config.dynamic_batching.default_queue_policy.max_queue_size
    before = {model: await outcomes(triton, model) for model in ("acoustic", "vocoder")}
    errors: list[str] = []  # in the order in which the answers came: "" of one that was spoken

    async def call(number: int) -> None:
        try:
            await synthesize(triton, f"这是{number}号来的人说的一句不长不短的话，大家一起来，谁也不等谁。")
        except InferenceServerException as error:
            errors.append(f"{error.status()}: {error.message()}")
        else:
            errors.append("")

    await asyncio.gather(*(call(number) for number in range(3 * bound)))
    refusals = {i: error for i, error in enumerate(errors) if error}
    answered = len(errors) - len(refusals)
    assert bound <= answered < 3 * bound
    for refusal in refusals.values():
        assert refusal.startswith("StatusCode.UNAVAILABLE: ")
        assert "Exceeds maximum queue size" in refusal
    assert errors[: max(refusals)].count("") <= 2 * group.count, "a refusal waited for work"
    for model, (succeeded, failed) in before.items():
        # A model answers before it is done with a request and counts it.
        await until(partial(_has, triton, model, succeeded + answered))
        await asyncio.sleep(0.2)
        assert (succeeded + answered, failed) == await outcomes(triton, model), "work was thrown away"


async def _has(triton: InferenceServerClient, model: str, succeeded: int) -> bool:
    return (await outcomes(triton, model))[0] >= succeeded


async def test_neighbours_do_not_change_a_waveform(triton: InferenceServerClient) -> None:
    """The samples for one text are the same alone and in the middle of a crowd."""
    alone = await synthesize(triton, "一个人说话。", seed=1)
    crowd = [synthesize(triton, f"第{i}个人也在说话，说得还挺长。") for i in range(10)]
    together, *_ = await asyncio.gather(synthesize(triton, "一个人说话。", seed=2), *crowd)
    assert np.array_equal(alone, together)


async def test_waiting_is_told(triton: InferenceServerClient, stack: Stack) -> None:
    """The server's statistics show how long segments waited in its queues: hardly one alone, long in a crowd."""
    engine = TritonEngine(f"127.0.0.1:{stack.settings.triton_grpc_port}")
    counts = [await engine.statistics()]
    for crowd in (1, 10):
        await asyncio.gather(*(synthesize(triton, f"现在有{randbelow(10**9)}个。") for _ in range(crowd)))
        await asyncio.sleep(0.2)  # it answers before it counts
        counts.append(await engine.statistics())
    await engine.close()
    assert 1 <= counts[1].segments - counts[0].segments
    assert 10 <= counts[2].segments - counts[1].segments
    few, many = ((b.waited_s - a.waited_s) / (b.worked_s - a.worked_s) for a, b in pairwise(counts))
    assert few < 1
    assert many > 1  # of 10 on two instances the last waits for four


async def test_a_repeated_sentence_is_a_cache_hit(triton: InferenceServerClient) -> None:
    """The same inputs a second time reach no model."""
    first = await synthesize(triton, "请把这句话再说一遍。")
    before = await counts(triton, "acoustic")
    assert np.array_equal(first, await synthesize(triton, "请把这句话再说一遍。"))
    assert before == await counts(triton, "acoustic")


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"text": "你好", "voice": "nobody"}, "unknown_voice: 没有这个音色：nobody"),
        ({"text": "😀……"}, "nothing_to_speak: "),
        ({"text": ""}, "nothing_to_speak: "),
        ({"text": "好" * 81}, "text_too_long: "),
        ({"text": b"\xff\xfe"}, "invalid_parameter: TEXT 不是 UTF-8"),
        ({"text": "你好", "speed": 0.1}, "invalid_parameter: "),
        ({"text": "你好", "speed": float("nan")}, "invalid_parameter: "),
        ({"text": "你好", "pitch": 9.0}, "invalid_parameter: "),
        ({"text": "你好", "emotion": [2.0, 0, 0, 0, 0, 0, 0, 0]}, "invalid_parameter: "),
    ],
)
async def test_bad_input_is_a_short_error(
    triton: InferenceServerClient, tensors: dict[str, object], message: str
) -> None:
    """What cannot be spoken is INVALID_ARGUMENT with `code: message`, twice in a row the same, never a traceback."""
    for _ in range(2):
        with pytest.raises(InferenceServerException) as caught:
            await synthesize(triton, **tensors)  # type: ignore[arg-type]
        assert caught.value.status() == "StatusCode.INVALID_ARGUMENT"
        assert caught.value.message().startswith(f"in ensemble 'tts', {message}")
        assert "Traceback" not in caught.value.message()


async def test_a_bad_request_does_not_disturb_its_batch(triton: InferenceServerClient) -> None:
    """Good requests that share a batch with bad ones are answered."""
    calls = [synthesize(triton, f"好的，第{i}句。" if i % 2 else "😀" * (i + 1), seed=i) for i in range(12)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(result, np.ndarray) for result in results] == [bool(i % 2) for i in range(12)]


async def test_optional_inputs_may_differ_within_a_batch(triton: InferenceServerClient) -> None:
    """Requests with and without SPEED and EMOTION run side by side, each as it asked."""
    happy = [1.0, 0, 0, 0, 0, 0, 0, 0]
    plain, fast, glad = await asyncio.gather(
        synthesize(triton, "不同的请求放在一起。", seed=3),
        synthesize(triton, "不同的请求放在一起。", seed=3, speed=2.0),
        synthesize(triton, "不同的请求放在一起。", seed=3, emotion=happy),
    )
    assert len(fast) == pytest.approx(len(plain) / 2, rel=0.1)
    assert len(glad) != len(plain)
