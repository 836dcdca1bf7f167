"""What the addresses answer in JSON: the views build these types, under mypy's eyes, and OpenAPI describes them."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from api.engine.voices import Gender
from api.errors import OpenAIError
from api.timing.timeline import Pairs, Sentence

_documented = with_config(use_attribute_docstrings=True)

Base64 = Annotated[str, Field(examples=["SUQzBAAAAAA="], json_schema_extra={"contentEncoding": "base64"})]


@_documented
class LoginAnswer(TypedDict):
    token: Annotated[str, Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIi…"])]
    """之后每次调用都放在 `Authorization: Bearer` 之后。Goes behind `Authorization: Bearer` of each call."""
    expires_in: Annotated[int, Field(examples=[3600])]
    """多少秒后过期。How long it is good, seconds."""
    token_type: Literal["Bearer"]
    """令牌类型。Always `Bearer`."""


@_documented
class HealthAnswer(TypedDict):
    status: Literal["ok"]
    """进程在运行。The process is alive."""


@_documented
class LimitAnswer(TypedDict):
    name: Annotated[str, Field(examples=["calls"])]
    """限制的是什么。What is limited: `calls` or `characters`."""
    limit: Annotated[int, Field(examples=[10])]
    """窗口内最多多少。How much of it in any window."""
    window_s: Annotated[int, Field(examples=[60])]
    """窗口的长度，秒。The length of the window, seconds."""
    remaining: Annotated[int, Field(examples=[9])]
    """还剩多少。How much is left."""
    reset_s: Annotated[float, Field(examples=[57.2])]
    """多少秒后会更多；未用过为 0。After how many seconds more is left; 0 where nothing is used."""


@_documented
class LimitsAnswer(TypedDict):
    limits: list[LimitAnswer]
    """各项限制。Each limit of the caller."""
    in_progress: Annotated[int, Field(examples=[3])]
    """同时处理几个调用。How many calls are worked on at a time."""
    text_characters: Annotated[int, Field(examples=[1000])]
    """一次调用的文本最多几个字符。The longest text of one call."""
    whole_text_characters: Annotated[int, Field(examples=[780])]
    """其中整个返回（不是流）的文本，按引擎目前的速度最多几个字符。The longest of one that is answered whole, not as a
    stream, at the engine's measured pace."""


@_documented
class TimestampsAnswer(TypedDict):
    text: Annotated[str, Field(examples=["你好。再见！"])]
    """朗读的文本。The text, without the white space around it."""
    media_type: Annotated[str, Field(examples=["audio/mpeg"])]
    """音频的 MIME 类型。Of the audio."""
    sample_rate: Annotated[int, Field(examples=[24000])]
    """采样率。Of the audio, samples a second."""
    duration_s: Annotated[float, Field(examples=[1.092])]
    """时长，秒。How long the audio is, seconds."""
    sentences: list[Sentence]
    """每句话的位置和时间。Where each sentence stands, and when it is heard."""
    characters: Annotated[Pairs | None, Field(examples=[[[0.005, 0.255], [0.255, 0.43]]])]
    """每个字的起止时间，秒；引擎不知道时为 null。When each character is heard, seconds; null where not known."""
    subtitles: NotRequired[Annotated[str, Field(examples=["1\n00:00:00,050 --> 00:00:00,550\n你好。\n"])]]
    """字幕文件的内容，指定了 `subtitle_format` 才有。The text of the file, if `subtitle_format` asked for one."""
    audio: Base64
    """音频文件，Base64 编码。The file in Base64."""


@_documented
class SyllableAnswer(TypedDict):
    text: Annotated[str, Field(examples=["行"])]
    """是规范化文本中哪个字的音。What of the normalised text it is the sound of."""
    pinyin: Annotated[str | None, Field(examples=["xing2"])]
    """读音，5 为轻声；引擎不知道时为 null。Its reading, tone 5 neutral; null where the engine does not know it."""
    spoken: Annotated[str | None, Field(examples=["xing2"])]
    """变调之后的读音。The same after the tones around it have changed it."""


@_documented
class SegmentAnswer(TypedDict):
    text: Annotated[str, Field(examples=["步行去银行。"])]
    """这一段的原文，包括标记。What of the text it is, with its marks and markup."""
    start: Annotated[int, Field(examples=[0])]
    """从第几个字符开始。Where it begins in the text, in Unicode characters."""
    end: Annotated[int, Field(examples=[6])]
    """到第几个字符为止。Where it ends, exclusive."""
    pause_s: Annotated[float, Field(examples=[0.0])]
    """之后停顿多久，秒。The silence after it, seconds, at the `speed` that was asked for."""
    syllables: list[SyllableAnswer]
    """逐个音节。Its syllables in order."""


@_documented
class InspectAnswer(TypedDict):
    text: Annotated[str, Field(examples=["步行去银行。"])]
    """原文。The text, without the white space around it."""
    normalized: Annotated[str, Field(examples=["步行去银行。"])]
    """读出来的文字。The words that are spoken."""
    segments: list[SegmentAnswer]
    """各段。How it is cut."""


@_documented
class EntryAnswer(TypedDict):
    word: Annotated[str, Field(examples=["行长"])]
    """词语。The word."""
    pinyin: NotRequired[Annotated[str, Field(examples=["hang2 zhang3"])]]
    """读音。Its reading, or else there is an `alias`."""
    alias: NotRequired[Annotated[str, Field(examples=["世卫组织"])]]
    """替代的文字。What is said instead."""


@_documented
class GlossaryAnswer(TypedDict):
    entries: list[EntryAnswer]
    """全部词语。All words, in their order."""
    limit: Annotated[int, Field(examples=[500])]
    """最多几个词语。How many there may be."""


@_documented
class ImportAnswer(TypedDict):
    imported: Annotated[int, Field(examples=[3])]
    """导入了几个词语。How many words were taken."""


@_documented
class BatchResult(TypedDict):
    index: Annotated[int, Field(examples=[0])]
    """在 `items` 中的序号。Its place in `items`."""
    status: Literal["success", "error"]
    """是否成功。Whether it was spoken."""
    media_type: NotRequired[Annotated[str, Field(examples=["audio/mpeg"])]]
    """音频的 MIME 类型。Of the audio."""
    audio_data: NotRequired[Base64]
    """音频文件，Base64 编码。The file in Base64."""
    seed: NotRequired[Annotated[int, Field(examples=[7])]]
    """用的 `seed`，指定了才有。The seed of this take, if one was asked for."""
    error: NotRequired[OpenAIError]
    """失败的原因。Why it was not spoken."""


@_documented
class BatchAnswer(TypedDict):
    id: Annotated[str, Field(examples=["447166674b7c3f53258c78992beb8db5"])]
    """请求的编号。The request's id."""
    results: list[BatchResult]
    """每段文本的结果。One for each text, in order."""
    total: Annotated[int, Field(examples=[2])]
    """共几段。How many there are."""
    succeeded: Annotated[int, Field(examples=[2])]
    """成功几段。How many were spoken."""
    failed: Annotated[int, Field(examples=[0])]
    """失败几段。How many were not."""


@_documented
class Model(TypedDict):
    id: Annotated[str, Field(examples=["tts-1"])]
    """名称。Its name."""
    object: Literal["model"]
    """OpenAI 的类型名。What OpenAI calls it."""
    created: Annotated[int, Field(examples=[1764000000])]
    """Unix 时间。A Unix time."""
    owned_by: Annotated[str, Field(examples=["haoshuo"])]
    """谁的。Whose it is."""


@_documented
class ModelsAnswer(TypedDict):
    object: Literal["list"]
    """OpenAI 的类型名。What OpenAI calls it."""
    data: list[Model]
    """全部模型名。All names of the one engine."""


@_documented
class VoiceAnswer(TypedDict):
    id: Annotated[str, Field(examples=["xiaobei"])]
    """`voice` 字段的值。What the field `voice` takes."""
    name: Annotated[str, Field(examples=["晓晓"])]
    """显示的名称。What to show."""
    language: Annotated[str | None, Field(examples=["zh-CN"])]
    """母语，BCP 47 标签；引擎没有说明时为 null。The language it is at home in; null where the engine does not say."""
    gender: Annotated[Gender | None, Field(examples=["female"])]
    """性别。Of the speaker."""
    preview: Annotated[str | None, Field(examples=["你好，很高兴为你朗读。"])]
    """试听用的文本。A text that shows the voice."""


@_documented
class VoicesAnswer(TypedDict):
    default: Annotated[str, Field(examples=["xiaobei"])]
    """没有指定 `voice` 时的音色。The voice that speaks where none is named."""
    voices: list[VoiceAnswer]
    """引擎的全部音色；引擎没有列出时，为配置中的音色。All of the engine's; where it lists none, those that the
    configuration names."""
    aliases: Annotated[dict[str, str], Field(examples=[{"default": "xiaobei"}])]
    """别名，以及各自指的音色。Other names, each with the voice that it means."""


@_documented
class OpenAIVoicesAnswer(TypedDict):
    voices: list[VoiceAnswer]
    """全部音色，然后是全部别名。All voices, then all other names of them."""
