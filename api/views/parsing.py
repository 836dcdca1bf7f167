"""Bodies → what is to be said, and the answer that it is to be."""

import asyncio
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from secrets import randbelow
from typing import Any, Self, TypeVar

from quart import Request

from api import problems
from api.audio.formats import Encoding, encoding_of
from api.body import read_json, validate
from api.labels.policy import LabelPolicy
from api.problems import Refusal
from api.script.dictation import dictate
from api.script.reading import read
from api.synthesis import instructions
from api.synthesis.emotions import PRESETS, Vector
from api.synthesis.request import SpeechRequest
from api.synthesis.voices import Voices
from api.views.bodies import (
    BATCH,
    BLAME,
    FASTEST,
    OPENAI_CHARACTERS,
    OPENAI_FASTEST,
    OPENAI_SLOWEST,
    OPENAI_STREAM_FORMATS,
    SEEDS,
    SLOWEST,
    STREAM_FORMATS,
    BatchBody,
    InputText,
    InspectBody,
    OpenAIBody,
    OpenAISpeechFields,
    SessionConfig,
    SpeechBody,
    SpeechFields,
    StreamBody,
    Timestamps,
    TimestampsBody,
    WholeSpeechFields,
)
from api.views.wording import WORDS, WholeWording

Parsed = TypeVar("Parsed")

SHORT_BYTES = 2000
"""A body that takes a few milliseconds to parse, at the most."""

LABEL_HEADER = "X-AIGC"
"""Says what the metadata of a file say, also where a format has none."""

OPENAI_PCM_RATE = 24_000

STAND_IN = "<speak>好</speak>"
"""For the text that a batch need not have besides those of its items; it is good with every `input_type`."""

LIMITS = {"slowest": SLOWEST, "fastest": FASTEST, "words": WORDS}
OPENAI_LIMITS = LIMITS | {"slowest": OPENAI_SLOWEST, "fastest": OPENAI_FASTEST, "limit": OPENAI_CHARACTERS}

NOTHING_READ = instructions.Reading()


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


async def parsed(request: Request, parse: Callable[[dict[str, Any]], Parsed]) -> Parsed:
    """What a request asks for, or `Refusal`; a long body is read in a thread, since it may take long."""
    body = await read_json(request)
    if request.content_length is not None and request.content_length <= SHORT_BYTES:
        return parse(body)
    return await asyncio.to_thread(parse, body)


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
    checked: SpeechFields, text: str, speed: float, voices: Voices, reading: instructions.Reading = NOTHING_READ
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
    if not isinstance(checked, WholeSpeechFields):
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


def _encoding(checked: SpeechBody | OpenAISpeechFields) -> Encoding:
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
