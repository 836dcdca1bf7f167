"""The addresses that speak."""

from api import problems
from api.answers import InspectAnswer, TimestampsAnswer, VoicesAnswer
from api.audio.formats import FORMATS
from api.openapi.headers import ON_ADMISSION, ON_SPEECH, ON_WHOLE_FILES
from api.openapi.operation import JSON, Answer, Operation
from api.views.bodies import BLAME, InspectBody, SpeechBody, StreamBody, TimestampsBody
from api.views.forms import EventStream, FrameStream

AUDIO: dict[str, JSON] = {form.media_type: {} for form in FORMATS.values()}
EVENTS = {
    EventStream.media_type: {
        "example": 'data: {"type": "speech.audio.delta", "audio": "SUQzBAAAAAA="}\n\n'
        'data: {"type": "speech.audio.done", "usage": {"input_tokens": 2, "output_tokens": 0, "total_tokens": 2,'
        ' "characters": 2, "seconds": 0.6}}\n\n',
    }
}

PARSES = (
    problems.TEXT_EMPTY,
    problems.TEXT_TOO_LONG,
    problems.INVALID_SSML,
    problems.INVALID_PAUSE,
    problems.INVALID_WORD,
    problems.INVALID_READING,
    problems.INVALID_VOICE,
    problems.UNKNOWN_VOICE,
)
READS = (
    *PARSES,
    problems.NOTHING_TO_SPEAK,
    problems.NOT_SUPPORTED_BY_ENGINE,
    problems.INVALID_PRONUNCIATION,
    problems.INVALID_PARAMETER,
    problems.SYNTHESIS_FAILED,
    problems.OVERLOADED,
    problems.ENGINE_UNAVAILABLE,
    problems.SYNTHESIS_TIMEOUT,
)
SPEAKS = (
    *READS,
    problems.CHARACTERS_LIMITED,
    problems.LABEL_REQUIRED,
    problems.DICTATION_TOO_LONG,
    problems.SPEECH_UNUSABLE,
    problems.VOICE_NOT_CONFIGURED,
    problems.TEXT_TOO_LONG_FOR_ENGINE,
)

STREAM = (
    "第一个声音之前的错误与 /v1/tts 相同；之后的错误在帧或事件里说，纯音频则断开连接。"
    "Errors before the first sound are answered as by /v1/tts; later ones are told in a frame or an event, or break the"
    " connection of bare audio."
)

OPERATIONS = (
    Operation(
        id="speak",
        method="post",
        paths=("/v1/tts", "/tts"),
        tag="Speech",
        summary="朗读文本，得到一个音频文件 Speak a text into a file",
        body=SpeechBody,
        examples={
            "最简 minimal": {"text": "你好，世界！"},
            "情绪和语速 emotion and speed": {
                "text": "你好，世界！",
                "emotion": "happy",
                "speed": 1.2,
                "response_format": "mp3",
            },
            "停顿和读音 pauses and readings": {"text": "行(xíng)！[pause:500ms]好。", "seed": 7, "volume": 0.8},
            "SSML": {"text": '<speak>银<phoneme ph="hang2">行</phoneme>九点<emphasis>开门</emphasis>。</speak>'},
            "听写 dictation": {"text": "苹果、香蕉", "dictation": {"repeat": 2, "gap_s": 1.0, "write_s": 0.5}},
            "词语和公式 words and formulas": {
                "text": "WHO：👍 $\\frac{a}{b}$",
                "glossary": {"WHO": "世卫组织"},
                "clean": {"emoji": "name"},
            },
        },
        blame=BLAME,
        answers=(Answer("音频文件 The file", AUDIO, ON_WHOLE_FILES),),
        problems=SPEAKS,
    ),
    Operation(
        id="stream",
        method="post",
        paths=("/v1/tts/stream",),
        tag="Speech",
        summary="边合成边播放 Speech while it is made",
        description=STREAM,
        body=StreamBody,
        examples={
            "一个文件 one file": {"text": "你好，世界！"},
            "小程序的帧 frames for a mini-program": {
                "text": "你好，世界！",
                "stream_format": "frames",
                "timestamps": "sentence",
            },
        },
        blame=BLAME,
        answers=(
            Answer("音频、帧或事件 Audio, frames or events", AUDIO | EVENTS | {FrameStream.media_type: {}}, ON_SPEECH),
        ),
        problems=SPEAKS,
    ),
    Operation(
        id="timestamps",
        method="post",
        paths=("/v1/tts/timestamps",),
        tag="Speech",
        summary="音频、时间和字幕 A file, its times, and subtitles",
        body=TimestampsBody,
        examples={"字幕 subtitles": {"text": "你好。再见！", "subtitle_format": "srt"}},
        blame=BLAME,
        answers=(Answer("音频和时间 The file and its times", {"application/json": TimestampsAnswer}, ON_SPEECH),),
        problems=SPEAKS,
    ),
    Operation(
        id="voices",
        method="get",
        paths=("/v1/voices",),
        tag="Speech",
        summary="有哪些音色 The voices to choose from",
        description="试听：用音色和它的 `preview` 调用 /v1/tts。To hear one, have /v1/tts speak its `preview` with it.",
        answers=(Answer("音色 The voices", {"application/json": VoicesAnswer}),),
        public=True,
    ),
    Operation(
        id="inspect",
        method="post",
        paths=("/v1/inspect",),
        tag="Speech",
        summary="文本会怎么读 What will be read, and how",
        description="计为一次调用，不计字数。Counts as a call of no characters.",
        body=InspectBody,
        examples={
            "多音字 polyphones": {"text": "步行去银行。"},
            "词汇表 a glossary": {"text": "行长来了。", "glossary": {"行长": "hang2 zhang3"}},
        },
        blame=BLAME,
        answers=(Answer("读法 The reading", {"application/json": InspectAnswer}, (*ON_ADMISSION, "X-Glossary")),),
        problems=(*READS, problems.INSPECT_UNAVAILABLE),
    ),
)
