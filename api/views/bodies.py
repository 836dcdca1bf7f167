"""What the addresses that speak accept, checked field by field."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from secrets import randbelow
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, JsonValue

from api import problems
from api.audio.formats import FORMATS, RATES, Encoding, encoding_of
from api.body import StrictModel, validate
from api.labels.policy import Audible, LabelPolicy
from api.problems import Problem, Refusal
from api.script.dictation import dictate
from api.script.reading import read
from api.script.style import INTENSITIES, PITCHES, SPEEDS, VOLUMES, Range
from api.synthesis import instructions
from api.synthesis.emotions import EMOTIONS, PRESETS, Vector
from api.synthesis.request import SpeechRequest
from api.synthesis.voices import DEFAULT, POSSIBLE, Voices
from api.views.wording import WORDS, DictationBody, WholeWording, Wording

SLOWEST, FASTEST = SPEEDS
OPENAI_SLOWEST, OPENAI_FASTEST = 0.25, 4.0
OPENAI_CHARACTERS = 4096
"""At most, of `input` and of `instructions`."""

LABEL_HEADER = "X-AIGC"
"""Says what the metadata of a file say, also where a format has none."""

OPENAI_PCM_RATE = 24_000

BATCH = 32
STAND_IN = "<speak>好</speak>"
"""For the text that a batch need not have besides those of its items; it is good with every `input_type`."""

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

LIMITS = {"slowest": SLOWEST, "fastest": FASTEST, "words": WORDS}
OPENAI_LIMITS = LIMITS | {"slowest": OPENAI_SLOWEST, "fastest": OPENAI_FASTEST, "limit": OPENAI_CHARACTERS}

Speed = Annotated[float, Field(ge=SLOWEST, le=FASTEST)]
NOTHING_READ = instructions.Reading()

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


class VoiceReference(StrictModel):
    id: Annotated[str, Field(examples=["alloy"])]
    """音色的名称。The name of a voice."""


class _Speech(Wording):
    """What can be said of speech at every address."""

    voice: Annotated[str, Field(json_schema_extra={"pattern": rf"^{POSSIBLE.pattern}$"})] | VoiceReference = DEFAULT
    """音色。A voice by its name, or `{"id": name}`; `default` is the one that the server is configured with."""
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


class _WholeSpeech(_Speech, WholeWording):
    dictation: DictationBody | None = None
    """听写：每个词或句子读几遍。For the classroom: words or sentences are read several times, with time to write."""


class SpeechBody(_WholeSpeech):
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


class _OpenAISpeech(_Speech):
    model: Annotated[str, Field(examples=["tts-1"])] = ""
    """模型名，不起作用。Of no effect: there is one engine."""
    speed: Annotated[float, Field(ge=OPENAI_SLOWEST, le=OPENAI_FASTEST)] = 1.0
    """语速，限于 0.5 到 2。Clamped to 0.5–2; `X-Speed` then says to what."""
    instructions: Annotated[str, Field(max_length=OPENAI_CHARACTERS, examples=["cheerful, a little faster"])] = ""
    """语气要求。Read for an emotion, a pace and a pitch; `X-Instructions` says what was taken."""
    response_format: FormatName = "mp3"
    """音频格式。The format of the audio."""


class OpenAIBody(_OpenAISpeech, _WholeSpeech):
    """null 等于不写。Null is as good as nothing: some clients say it."""

    model_config = ConfigDict(json_schema_extra=may_be_null)

    input: Annotated[str, Field(json_schema_extra=_TEXT | {"maxLength": OPENAI_CHARACTERS}, examples=["你好，世界！"])]
    """要朗读的文本，可含标记或 SSML。The text to speak, with marks or in SSML."""
    stream_format: Annotated[str, _one_of(OPENAI_STREAM_FORMATS)] = "audio"
    """流的形式。One growing file, or server-sent events."""


class SessionConfig(_OpenAISpeech):
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


@dataclass(frozen=True)
class Asked:
    """What is to be said, and the answer that it is to be; `headers` tell what was made of some of the fields."""

    speech: SpeechRequest
    encoding: Encoding
    stream_format: str = "audio"
    timestamps: Timestamps = "none"
    subtitle_format: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def labelled(self, labels: LabelPolicy, content_id: str) -> "Asked":
        """The same, labelled as the policy has it, or `Refusal`; `content_id` is the id of the call."""
        speech, label = replace(self.speech, label=labels.explicit(self.speech.label)), labels.implicit(content_id)
        headers = {**self.headers, LABEL_HEADER: label} if label else self.headers
        return replace(self, speech=speech, encoding=replace(self.encoding, label=label), headers=headers)

    def glossed(self, own: Mapping[str, str] | None) -> Self:
        """With the words of the caller's own glossary; None is that it cannot be known now."""
        headers = {**self.headers, **told_of_glossary(own)}
        return replace(self, speech=self.speech.glossed(own or {}), headers=headers)


def told_of_glossary(own: Mapping[str, str] | None) -> dict[str, str]:
    """What tells that a caller's own glossary cannot be known now."""
    return {} if own is not None else {"X-Glossary": "unavailable"}


def parse(body: dict[str, Any], voices: Voices, max_characters: int) -> Asked:
    """What `/tts` is asked for, or `Refusal`."""
    checked = validate(SpeechBody, body, BLAME, **LIMITS)
    text = _text(checked.text, "text", max_characters)
    speech = _speech(checked, text, checked.speed, voices)
    return Asked(speech, _encoding(checked), headers=_seed(speech))


def parse_stream(body: dict[str, Any], voices: Voices, max_characters: int) -> Asked:
    """What `/v1/tts/stream` is asked for, or `Refusal`."""
    checked = validate(StreamBody, body, BLAME, **LIMITS, **_choices(STREAM_FORMATS))
    text = _text(checked.text, "text", max_characters)
    form = _stream_format(checked.stream_format, STREAM_FORMATS)
    if checked.timestamps != "none" and form != "frames":
        raise Refusal(problems.INVALID_TIMESTAMPS, field="timestamps")
    speech = _speech(checked, text, checked.speed, voices)
    return Asked(speech, _encoding(checked), form, checked.timestamps, headers=_seed(speech))


def parse_timestamps(body: dict[str, Any], voices: Voices, max_characters: int) -> Asked:
    """What `/v1/tts/timestamps` is asked for, or `Refusal`."""
    checked = validate(TimestampsBody, body, BLAME, **LIMITS)
    text = _text(checked.text, "text", max_characters)
    speech = _speech(checked, text, checked.speed, voices)
    return Asked(speech, _encoding(checked), subtitle_format=checked.subtitle_format, headers=_seed(speech))


def parse_inspect(body: dict[str, Any], voices: Voices, max_characters: int) -> SpeechRequest:
    """What `/v1/inspect` is asked about, or `Refusal`: how a text is read is the same with every voice."""
    checked = validate(InspectBody, body, BLAME, **LIMITS)
    request = SpeechRequest(_text(checked.text, "text", max_characters), voices.default, speed=checked.speed)
    return _scripted(request, checked, voices)


def parse_openai(body: dict[str, Any], voices: Voices) -> Asked:
    """What `/v1/audio/speech` is asked for, or `Refusal`."""
    checked = validate(OpenAIBody, _said(body), BLAME, **OPENAI_LIMITS, **_choices(OPENAI_STREAM_FORMATS))
    text = _text(checked.input, "input", OPENAI_CHARACTERS)
    form = _stream_format(checked.stream_format, OPENAI_STREAM_FORMATS)
    return replace(_openai(checked, text, voices), stream_format=form)


def parse_config(message: dict[str, Any], voices: Voices) -> tuple[Asked, str | None]:
    """What a session is asked for, without a text, and the token if it has one; or `Refusal`."""
    checked = validate(SessionConfig, _said(message), BLAME, **OPENAI_LIMITS)
    return _openai(checked, "", voices), checked.token


def _said(body: dict[str, Any]) -> dict[str, Any]:
    """Without nulls, which some clients say for what they do not say."""
    return {name: value for name, value in body.items() if value is not None}


def _openai(checked: OpenAIBody | SessionConfig, text: str, voices: Voices) -> Asked:
    speed = min(max(checked.speed, SLOWEST), FASTEST)
    told = {} if speed == checked.speed else {"X-Speed": f"{speed:g}"}
    reading = instructions.read(checked.instructions)
    if checked.instructions:
        told["X-Instructions"] = str(reading)
    speech = _speech(checked, text, speed, voices, reading)
    encoding = _encoding(checked)
    if checked.response_format == "pcm":  # which does not say what its rate is
        encoding = replace(encoding, sample_rate=checked.sample_rate or OPENAI_PCM_RATE)
    return Asked(speech, encoding, headers=told | _seed(speech))


def parse_batch(body: dict[str, Any], voices: Voices) -> list[Asked]:
    """What `/v1/audio/speech/batch` is asked for, or `Refusal`: what an item does not say, the body says for all."""
    items = validate(BatchBody, {"items": body.get("items")}, BLAME, limit=BATCH).items
    shared = {name: value for name, value in _said(body).items() if name != "items"}
    parse_openai({"input": STAND_IN} | shared, voices)  # it has to be right also where every item says otherwise
    asked = []
    for number, item in enumerate(items):
        try:
            asked.append(parse_openai(shared | _said(item), voices))
        except Refusal as refusal:
            refusal.values["field"] = f"items.{number}.{refusal.values.get('field', '')}".rstrip(".")
            raise
    if sum(len(one.speech.text) for one in asked) > OPENAI_CHARACTERS:
        raise Refusal(problems.TEXT_TOO_LONG, limit=OPENAI_CHARACTERS, field="items")
    return asked


def _speech(
    checked: _Speech, text: str, speed: float, voices: Voices, reading: instructions.Reading = NOTHING_READ
) -> SpeechRequest:
    name = checked.voice if isinstance(checked.voice, str) else checked.voice.id
    said = SpeechRequest(
        text,
        voices.resolve(name),
        _emotion(checked.emotion),
        speed,
        pitch=checked.pitch,
        intensity=checked.intensity,
        seed=randbelow(SEEDS) if checked.seed == "random" else checked.seed,
        label=checked.label,
        volume=checked.volume,
    )
    request = reading.apply(said)
    if not isinstance(checked, _WholeSpeech):
        return replace(request, cleaning=checked.cleaning(), words=checked.words())
    request = _scripted(request, checked, voices)
    if checked.dictation is None:
        return request
    return replace(request, runs=dictate(request.script, checked.dictation.dictation()))


def _scripted(request: SpeechRequest, wording: WholeWording, voices: Voices) -> SpeechRequest:
    runs = read(request.text, wording.input_type, request.style, voices, wording.cleaning())
    return replace(request, runs=runs, words=wording.words())


def _seed(speech: SpeechRequest) -> dict[str, str]:
    """What tells with which seed the same take can be had again."""
    return {} if speech.seed is None else {"X-Seed": str(speech.seed)}


def _encoding(checked: SpeechBody | _OpenAISpeech) -> Encoding:
    return encoding_of(checked.response_format, checked.sample_rate, checked.bit_rate)


def _stream_format(given: str, known: Sequence[str]) -> str:
    if given not in known:
        raise Refusal(problems.INVALID_STREAM_FORMAT, field="stream_format", **_choices(known))
    return given


def _choices(known: Sequence[str]) -> dict[str, Any]:
    return {"choices": ", ".join(known)}


def _text(given: str, field: str, max_characters: int) -> str:
    text = given.strip()
    if not text:
        raise Refusal(problems.TEXT_EMPTY, field=field)
    if len(text) > max_characters:
        raise Refusal(problems.TEXT_TOO_LONG, limit=max_characters, field=field)
    return _printable(text, field)


def piece_of_text(message: dict[str, Any]) -> str:
    """What `input.text` has, or `Refusal`."""
    return _printable(validate(InputText, message, BLAME).text, "text")


def _printable(text: str, field: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs"} and not character.isspace() for character in text):
        raise Refusal(problems.INVALID_TEXT, field=field)
    return text


def _emotion(given: str | list[float]) -> Vector:
    if isinstance(given, list):
        return tuple(given)
    if given not in PRESETS:
        raise Refusal(problems.INVALID_EMOTION, field="emotion")
    return PRESETS[given]
