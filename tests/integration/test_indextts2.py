"""The IndexTTS2 engine, with a small checkpoint, through the real Triton and the API."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from api.engine.engine import Utterance
from api.engine.triton import TritonEngine
from compose.local.stack import Stack
from tests.integration.conftest import make_settings, running
from tests.support.audio import decode
from tests.support.indextts2 import write_checkpoint
from tests.support.pauses import edges, off_by
from tests.support.recordings import file, voice
from tests.support.sessions import tls_session
from tests.support.triton import counts, infer, synthesize
from tests.support.waiting import until

RATE = 22050
BEN = file(voice(4.0, pitch=90.0))
VOICE = "anna"
CHARACTERS = "一二三四五六七八九十百千万亿"


@pytest.fixture(scope="module")
def voices_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voices")
    write_checkpoint(folder / "indextts2")
    (folder / "indextts2/voices").mkdir()
    (folder / f"indextts2/voices/{VOICE}.wav").write_bytes(file(voice(3.2)))
    return folder


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, voices_dir: Path) -> Iterator[Stack]:
    """A stack of its own, that speaks with the small checkpoint."""
    with running(
        make_settings(tmp_path_factory, env="dev", engine="indextts2", voices_dir=voices_dir),
        HAOSHUO_VOICE=VOICE,
        HAOSHUO_INDEXTTS2_STEPS="10",
        HAOSHUO_HEALTHCHECK_INTERVAL_S="3600",
    ) as stack:
        yield stack


@pytest.fixture
async def triton(stack: Stack) -> AsyncIterator[InferenceServerClient]:
    async with InferenceServerClient(f"127.0.0.1:{stack.settings.triton_grpc_port}") as client:
        yield client


def _text(number: int, length: int = 6) -> str:
    return "".join(CHARACTERS[(number * 7 + i * (number + 1)) % len(CHARACTERS)] for i in range(length))


async def test_speech_is_sane(triton: InferenceServerClient) -> None:
    """A waveform of some length, finite and within full scale, at the rate of the configuration."""
    waveform = await synthesize(triton, "你好，世界。", voice=VOICE)
    assert 0.2 * RATE < len(waveform) < 20 * RATE
    assert np.isfinite(waveform).all()
    assert 0.01 < np.abs(waveform).max() <= 1.0
    parameters = (await triton.get_model_config("tts")).config.parameters
    assert str(RATE) == parameters["sample_rate"].string_value


async def test_the_rate_is_told_and_that_characters_have_no_times(triton: InferenceServerClient) -> None:
    """The waveform comes with its rate; the configuration says that no more is known."""
    result = await infer(triton, "你好，世界。", voice=VOICE)
    assert [[RATE]] == result.as_numpy("SAMPLE_RATE").tolist()
    assert result.as_numpy("CHARACTER_TIMES") is None
    parameters = (await triton.get_model_config("tts")).config.parameters
    assert "false" == parameters["character_times"].string_value


async def test_a_batch_is_ragged_and_changes_nothing(triton: InferenceServerClient) -> None:
    """Texts of different lengths are computed together, in both models, and each sounds as it does alone."""
    texts = [_text(number, 3 + number % 9) for number in range(16)]
    before = [await counts(triton, model) for model in ("acoustic", "vocoder")]
    crowd = await asyncio.gather(*(synthesize(triton, text, voice=VOICE, seed=1) for text in texts))
    for model, (inferences, executions) in zip(("acoustic", "vocoder"), before, strict=True):
        # Triton counts a batch after its last answer; what another test has cancelled may be among them, too
        more_inferences, more_executions = await _counted(triton, model, inferences + 16)
        assert more_executions - executions < more_inferences - inferences
    for text, together in list(zip(texts, crowd, strict=True))[:4]:
        # a pause at the end is another request for the cache, and the same for the model
        alone = await synthesize(triton, f" {text}", voice=VOICE, seed=1)
        assert together.shape == alone.shape
        assert np.abs(together - alone).max() < 1e-4


async def _counted(triton: InferenceServerClient, model: str, least: int) -> tuple[int, int]:
    """The model's counts, when there are at least so many inferences."""

    async def enough() -> bool:
        return (await counts(triton, model))[0] >= least

    await until(enough)
    return await counts(triton, model)


async def test_a_cloned_voice_is_sent_once(triton: InferenceServerClient) -> None:
    """An unknown voice is asked for; with its recording it speaks, and from then on without."""
    name = f"user-{uuid4().hex[:8]}"
    with pytest.raises(InferenceServerException, match="unknown_voice: ") as refused:
        await synthesize(triton, "今天", voice=name)
    assert "StatusCode.INVALID_ARGUMENT" == refused.value.status()
    sent = await synthesize(triton, "今天", voice=name, voice_audio=BEN)
    held = await synthesize(triton, "今天", voice=name)
    assert np.array_equal(sent, held)
    assert not np.array_equal(sent, await synthesize(triton, "今天", voice=VOICE))


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"text": "😀"}, "nothing_to_speak: "),
        ({"text": "好" * 200}, "text_too_long: "),
        ({"text": "银‹行|BIE2›"}, "invalid_pronunciation: ‹行"),
        ({"voice": "nobody"}, "unknown_voice: "),
        ({"voice": "../anna"}, "unknown_voice: "),
        ({"speed": 9.0}, "invalid_parameter: "),
        ({"intensity": 2.0}, "invalid_parameter: "),
        ({"emotion_text": "高兴"}, "invalid_parameter: "),
        ({"voice": "new", "voice_audio": b"no recording"}, "recording_unreadable: "),
        ({"voice": "new", "voice_audio": file(voice(1.0))}, "recording_too_short: "),
        ({"emotion_audio": file(voice(4.0, level=0.0))}, "recording_silent: "),
    ],
)
async def test_bad_input_is_a_short_error(
    triton: InferenceServerClient, tensors: dict[str, object], message: str
) -> None:
    """INVALID_ARGUMENT with a stable code and one sentence."""
    arguments = {"text": "你好", "voice": VOICE} | tensors
    with pytest.raises(InferenceServerException, match=message) as refused:
        await synthesize(triton, **arguments)  # type: ignore[arg-type]
    assert "StatusCode.INVALID_ARGUMENT" == refused.value.status()
    assert len(refused.value.message()) < 200
    assert "Traceback" not in refused.value.message()


async def test_emotion_comes_by_vector_and_by_recording(triton: InferenceServerClient) -> None:
    """Each changes the speech."""
    plain = await synthesize(triton, "你好", voice=VOICE)
    happy = await synthesize(triton, "你好", voice=VOICE, emotion=[1.0, *[0.0] * 7])
    like_ben = await synthesize(triton, "你好", voice=VOICE, emotion_audio=BEN)
    for other in (happy, like_ben):
        assert plain.shape != other.shape or not np.allclose(plain, other, atol=1e-4)


async def test_a_cancelled_request_stops(stack: Stack, triton: InferenceServerClient) -> None:
    """Who goes away while a batch is computed costs nothing more: the acoustic model itself breaks off."""
    engine = TritonEngine(f"127.0.0.1:{stack.settings.triton_grpc_port}")
    log = stack.log_dir / "triton.log"
    before = len(log.read_text())
    await engine.capabilities()  # the connection is there
    for attempt in range(10):  # nobody knows when on this machine a batch is being computed
        calls = [
            asyncio.create_task(engine.speak(Utterance(_text(40 + 24 * attempt + number, 40), VOICE), 20.0))
            for number in range(24)
        ]
        for call in calls:  # in the order of their computing: while it goes on, whenever it begins
            await asyncio.sleep(0.05)
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await asyncio.sleep(0.5)
        if "cancelled while it was computed" in log.read_text()[before:]:
            break
    else:
        pytest.fail("no request was cancelled while it was computed")
    await engine.close()
    assert len(await synthesize(triton, "还在吗好", voice=VOICE))


async def test_the_api_is_unchanged_on_top_of_it(stack: Stack) -> None:
    """Login and `/tts` give a WAV at the engine's own rate; a long text is cut into segments for this engine."""
    async with tls_session(stack.settings.url, stack.ca) as edge:
        async with edge.post("/login", json={"code": "dev:me"}) as response:
            headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        body = {"text": "你好世界。" * 30, "emotion": "happy", "speed": 1.5}
        async with edge.post("/tts", json=body, headers=headers) as response:
            assert (200, "audio/wav") == (response.status, response.headers["Content-Type"])
            content = await response.read()
    speech = decode(content)
    assert RATE == int.from_bytes(content[24:28], "little")
    assert speech.seconds > 3


async def test_what_is_marked_is_given_to_the_model(stack: Stack, triton: InferenceServerClient) -> None:
    """As the pinyin that it knows; that is shown, and of other characters that nobody knows."""
    marked = await synthesize(triton, "银‹行|xing2›好", voice=VOICE)
    written = await synthesize(triton, "银XING2好", voice=VOICE)
    assert np.array_equal(marked, written)
    async with tls_session(stack.settings.url, stack.ca) as edge:
        async with edge.post("/login", json={"code": "dev:me"}) as response:
            headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        async with edge.post("/v1/inspect", json={"text": "银‹行|XING2›"}, headers=headers) as response:
            answer = await response.json()
            assert 200 == response.status, answer
    assert "银 XING2" == answer["normalized"]
    assert [["银", None, None], ["XING2", "xing2", "xing2"]] == [
        [*one.values()] for one in answer["segments"][0]["syllables"]
    ]


async def test_sentences_have_times_without_characters(stack: Stack) -> None:
    """A segment's sentences are one; it begins and ends where it is heard, to 50 ms; the characters are null."""
    text = "你好，世界。今天天气好。\n再见，我的朋友们大家好。"
    async with tls_session(stack.settings.url, stack.ca) as edge:
        async with edge.post("/login", json={"code": "dev:me"}) as response:
            headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        body = {"text": text, "response_format": "wav"}
        async with edge.post("/v1/tts/timestamps", json=body, headers=headers) as response:
            answer = await response.json()
    assert 200 == response.status, answer
    assert answer["characters"] is None
    assert text.split("\n") == [sentence["text"] for sentence in answer["sentences"]]
    speech = decode(base64.b64decode(answer["audio"]))
    found = edges(speech.samples.astype(np.float32), speech.rate)
    assert off_by([one[edge] for one in answer["sentences"] for edge in ("start_s", "end_s")], found) <= 0.05
