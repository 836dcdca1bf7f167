"""What the addresses that speak accept, checked field by field."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from secrets import randbelow
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from api import problems
from api.audio.formats import Encoding, encoding_of
from api.body import StrictModel, validate
from api.labels.policy import Audible, LabelPolicy
from api.problems import Problem, Refusal
from api.script.dictation import dictate
from api.script.reading import read
from api.script.style import INTENSITIES, PITCHES, SPEEDS, VOLUMES, Range
from api.synthesis import instructions
from api.synthesis.emotions import EMOTIONS, PRESETS, Vector
from api.synthesis.request import SpeechRequest
from api.synthesis.voices import DEFAULT, Voices
from api.views.wording import WORDS, DictationBody, WholeWording, Wording

SLOWEST, FASTEST = SPEEDS
OPENAI_SLOWEST, OPENAI_FASTEST = 0.25, 4.0
OPENAI_CHARACTERS = 4096
"""At most, of `input` and of `instructions`."""

LABEL_HEADER = "X-AIGC"
"""Says what the metadata of a file say, also where a format has none."""

OPENAI_PCM_RATE = 24_000

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

LIMITS = {"slowest": SLOWEST, "fastest": FASTEST, "words": WORDS}
OPENAI_LIMITS = LIMITS | {"slowest": OPENAI_SLOWEST, "fastest": OPENAI_FASTEST, "limit": OPENAI_CHARACTERS}

Speed = Annotated[float, Field(ge=SLOWEST, le=FASTEST)]
NOTHING_READ = instructions.Reading()

Strength = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, le=SEEDS - 1)] | Literal["random"]
Emotion = str | Annotated[list[Strength], Field(min_length=len(EMOTIONS), max_length=len(EMOTIONS))]


def _between(allowed: Range) -> Any:
    return Field(ge=allowed[0], le=allowed[1])


class VoiceReference(StrictModel):
    id: str


class _Speech(Wording):
    """What can be said of speech at every address."""

    voice: str | VoiceReference = DEFAULT
    emotion: Emotion = "neutral"
    intensity: Annotated[float, _between(INTENSITIES)] | None = None
    pitch: Annotated[float, _between(PITCHES)] = 1.0
    volume: Annotated[float, _between(VOLUMES)] = 1.0
    seed: Seed | None = None
    sample_rate: int | None = None
    bit_rate: int | None = None
    label: Audible | None = None


class _WholeSpeech(_Speech, WholeWording):
    dictation: DictationBody | None = None


class SpeechBody(_WholeSpeech):
    text: str
    speed: Speed = 1.0
    response_format: str = "wav"


class InspectBody(WholeWording):
    text: str
    speed: Speed = 1.0


class StreamBody(SpeechBody):
    response_format: str = "mp3"
    stream_format: str = "audio"
    timestamps: Timestamps = "none"


class TimestampsBody(SpeechBody):
    response_format: str = "mp3"
    subtitle_format: Literal["srt", "vtt", "lrc"] | None = None


class _OpenAISpeech(_Speech):
    model: str = ""
    speed: Annotated[float, Field(ge=OPENAI_SLOWEST, le=OPENAI_FASTEST)] = 1.0
    instructions: Annotated[str, Field(max_length=OPENAI_CHARACTERS)] = ""
    response_format: str = "mp3"


class OpenAIBody(_OpenAISpeech, _WholeSpeech):
    input: str
    stream_format: str = "audio"


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
        told = {} if own is not None else {"X-Glossary": "unavailable"}
        return replace(self, speech=self.speech.glossed(own or {}), headers={**self.headers, **told})


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
    """What `/v1/audio/speech` is asked for, or `Refusal`; null is said by some clients for what they do not say."""
    checked = validate(OpenAIBody, _said(body), BLAME, **OPENAI_LIMITS, **_choices(OPENAI_STREAM_FORMATS))
    text = _text(checked.input, "input", OPENAI_CHARACTERS)
    form = _stream_format(checked.stream_format, OPENAI_STREAM_FORMATS)
    return replace(_openai(checked, text, voices), stream_format=form)


def parse_config(message: dict[str, Any], voices: Voices) -> tuple[Asked, str | None]:
    """What a session is asked for, without a text, and the token if it has one; or `Refusal`."""
    checked = validate(SessionConfig, _said(message), BLAME, **OPENAI_LIMITS)
    return _openai(checked, "", voices), checked.token


def _said(body: dict[str, Any]) -> dict[str, Any]:
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
    shared = {name: value for name, value in body.items() if name != "items"}
    asked = []
    for number, item in enumerate(items):
        try:
            asked.append(parse_openai({**shared, **item}, voices))
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
