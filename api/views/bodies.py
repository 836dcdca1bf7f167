"""What the addresses that speak accept, checked field by field."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue

from api import problems
from api.audio.formats import FORMATS, RATES
from api.body import StrictModel
from api.engine.engine import DEFAULT_VOICE
from api.labels.policy import Audible
from api.problems import Problem
from api.script.style import INTENSITIES, PITCHES, SPEEDS, VOLUMES, Range
from api.synthesis.emotions import EMOTIONS, PRESETS
from api.synthesis.voices import POSSIBLE
from api.views.wording import DictationBody, WholeWording, Wording

SLOWEST, FASTEST = SPEEDS
OPENAI_SLOWEST, OPENAI_FASTEST = 0.25, 4.0
OPENAI_CHARACTERS = 4096
"""At most, of `input` and of `instructions`."""

BATCH = 32

SEEDS = 2**32

Timestamps = Literal["none", "sentence", "character"]

STREAM_FORMATS = ("audio", "frames", "sse")
OPENAI_STREAM_FORMATS = ("audio", "sse")

BLAME: Mapping[str, Problem] = {
    "text": problems.INVALID_TEXT,
    "text:missing": problems.TEXT_MISSING,
    "input": problems.INVALID_TEXT,
    "input:missing": problems.TEXT_MISSING,
    "model": problems.INVALID_MODEL,
    "voice": problems.INVALID_VOICE,
    "label": problems.INVALID_LABEL,
    "clean": problems.INVALID_CLEAN,
    "glossary": problems.INVALID_GLOSSARY,
    "dictation": problems.INVALID_DICTATION,
    "emotion": problems.INVALID_EMOTION,
    "intensity": problems.INVALID_INTENSITY,
    "speed": problems.INVALID_SPEED,
    "pitch": problems.INVALID_PITCH,
    "volume": problems.INVALID_VOLUME,
    "seed": problems.INVALID_SEED,
    "input_type": problems.INVALID_INPUT_TYPE,
    "instructions": problems.INVALID_INSTRUCTIONS,
    "items": problems.INVALID_ITEMS,
    "response_format": problems.INVALID_FORMAT,
    "sample_rate": problems.INVALID_SAMPLE_RATE,
    "bit_rate": problems.INVALID_BIT_RATE,
    "stream_format": problems.INVALID_STREAM_FORMAT,
    "timestamps": problems.INVALID_TIMESTAMPS,
    "subtitle_format": problems.INVALID_SUBTITLE_FORMAT,
    "token": problems.TOKEN_INVALID,
    "split_granularity": problems.INVALID_MESSAGE,
    "stream_audio": problems.INVALID_MESSAGE,
}

Speed = Annotated[float, Field(ge=SLOWEST, le=FASTEST)]
CONTROLS = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
TEXT_PATTERN = rf"^[^{CONTROLS}]*[^\s\x1c-\x1f\x85{CONTROLS}][^{CONTROLS}]*$"
"""Of a text that `_text` takes: no control character but white space, and more than white space."""

_TEXT: dict[str, JsonValue] = {"minLength": 1, "pattern": TEXT_PATTERN}


def _one_of(names: Sequence[str]) -> Any:
    """Says in OpenAPI what is checked elsewhere."""
    return Field(json_schema_extra={"enum": [*names]})


Text = Annotated[str, Field(json_schema_extra=_TEXT | {"maxLength": "max_text_characters"}, examples=["你好，世界！"])]
"""Its limit is a setting, by whose name OpenAPI knows it."""

Strength = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, le=SEEDS - 1, examples=[7])] | Literal["random"]
Emotion = (
    Annotated[str, _one_of(tuple(PRESETS))]
    | Annotated[list[Strength], Field(min_length=len(EMOTIONS), max_length=len(EMOTIONS))]
)
FormatName = Annotated[str, _one_of(tuple(FORMATS))]
Rate = Annotated[int, Field(json_schema_extra={"enum": [*RATES]})]


def _between(allowed: Range) -> Any:
    return Field(ge=allowed[0], le=allowed[1])


VoiceName = Annotated[str, Field(json_schema_extra={"pattern": rf"^{POSSIBLE.pattern}$"})]


class VoiceReference(StrictModel):
    id: Annotated[str, Field(examples=["alloy"])]
    """音色的名称。The name of a voice."""


class SpeechFields(Wording):
    """What can be said of speech at every address."""

    voice: VoiceName | VoiceReference = DEFAULT_VOICE
    """音色，或以 + 相连的几个音色。A voice by its name, or `{"id": name}`, or a mixture of 2 to 4, as `xiaoxiao+yunxi`;
    `default` is the one that the server is configured with, or else the engine's own."""
    emotion: Emotion = "neutral"
    """情绪：名称，或 8 个强度。An emotion by its name, or the strengths of happy, angry, sad, afraid, disgusted,
    melancholic, surprised and calm."""
    intensity: Annotated[float, _between(INTENSITIES), Field(examples=[0.6])] | None = None
    """情绪的强弱，默认由引擎决定。How much of the emotion; by default all of it with `baker`, 0.65 with IndexTTS2."""
    pitch: Annotated[float, _between(PITCHES)] = 1.0
    """音高。As a factor: 1.25 is four semitones higher."""
    volume: Annotated[float, _between(VOLUMES)] = 1.0
    """音量。A factor on the amplitude: 2 is 6 dB louder, and limited so that it never clips."""
    seed: Seed | None = None
    """随机种子，换一种读法。Another take of the same text: the same seed gives the same one, `random` a new one, whose
    seed is in `X-Seed`. `baker` has one take alone."""
    sample_rate: Rate | None = None
    """采样率，默认随引擎。Samples a second; by default the engine's, or the next higher that the format has. `opus` has
    neither 22050 nor 44100, `ulaw` and `alaw` have 8000 alone."""
    bit_rate: Annotated[int, Field(ge=8000, le=256_000, examples=[64_000])] | None = None
    """比特率，只用于压缩格式。Bits a second: mp3 has 16000–160000, aac and m4a 16000–256000, opus 8000–128000."""
    label: Audible | None = None
    """可听见的 AI 标识，默认由服务决定。The audible label of generated speech; by default the server's."""


class WholeSpeechFields(SpeechFields, WholeWording):
    dictation: DictationBody | None = None
    """听写：每个词或句子读几遍。For the classroom: words or sentences are read several times, with time to write."""


class SpeechBody(WholeSpeechFields):
    text: Text
    """要朗读的文本，可含标记或 SSML。The text to speak, with marks or in SSML: numbers, dates, times, money, units and
    English words are read out."""
    speed: Speed = 1.0
    """语速。2 is twice as fast."""
    response_format: FormatName = "wav"
    """音频格式。The format of the audio."""


class InspectBody(WholeWording):
    text: Text
    """要查看读音的文本。The text to look at."""
    speed: Speed = 1.0
    """语速。At which pauses are told."""


class StreamBody(SpeechBody):
    response_format: FormatName = "mp3"
    """音频格式。The format of the audio."""
    stream_format: Annotated[str, _one_of(STREAM_FORMATS)] = "audio"
    """流的形式。One growing file, frames with a file for each segment, or server-sent events."""
    timestamps: Timestamps = "none"
    """帧里带的时间。Which times the headers of frames tell; other forms of a stream tell none."""


class TimestampsBody(SpeechBody):
    response_format: FormatName = "mp3"
    """音频格式。The format of the audio."""
    subtitle_format: Literal["srt", "vtt", "lrc"] | None = None
    """字幕格式，默认不要字幕。The format of the subtitles, if there are to be any."""


def may_be_null(schema: dict[str, Any]) -> None:
    """Says in OpenAPI that `_said` leaves nulls out."""
    for name, said in schema["properties"].items():
        if name not in schema.get("required", ()):
            told = {key: said.pop(key) for key in ("description", "default", "examples") if key in said}
            options = [option for option in said.get("anyOf", [said]) if option.get("type") != "null"]
            schema["properties"][name] = {"anyOf": [*options, {"type": "null"}], **told}


class OpenAISpeechFields(SpeechFields):
    model: Annotated[str, Field(examples=["tts-1"])] = ""
    """模型名，不起作用。Of no effect: there is one engine."""
    speed: Annotated[float, Field(ge=OPENAI_SLOWEST, le=OPENAI_FASTEST)] = 1.0
    """语速，限于 0.5 到 2。Clamped to 0.5–2; `X-Speed` then says to what."""
    instructions: Annotated[str, Field(max_length=OPENAI_CHARACTERS, examples=["cheerful, a little faster"])] = ""
    """语气要求。Read for an emotion, a pace and a pitch; `X-Instructions` says what was taken."""
    response_format: FormatName = "mp3"
    """音频格式。The format of the audio."""


class OpenAIBody(OpenAISpeechFields, WholeSpeechFields):
    """null 等于不写。Null is as good as nothing: some clients say it."""

    model_config = ConfigDict(json_schema_extra=may_be_null)

    input: Annotated[str, Field(json_schema_extra=_TEXT | {"maxLength": OPENAI_CHARACTERS}, examples=["你好，世界！"])]
    """要朗读的文本，可含标记或 SSML。The text to speak, with marks or in SSML."""
    stream_format: Annotated[str, _one_of(OPENAI_STREAM_FORMATS)] = "audio"
    """流的形式。One growing file, or server-sent events."""


class SessionConfig(OpenAISpeechFields):
    """What vLLM-Omni's clients say of how the sound is to be parted is taken, and of no effect."""

    type: str
    token: str | None = None
    split_granularity: Literal["none", "sentence", "clause"] = "none"
    stream_audio: bool = True


class InputText(StrictModel):
    type: str
    text: str


class BatchBody(StrictModel):
    items: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=BATCH)]
