"""Everything that can go wrong for a caller: status, stable code, and what to tell a user, Chinese and English.

A `{name}` in a sentence is filled in by the Refusal that is raised with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, with_config
from typing_extensions import TypedDict

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Problem:
    status: int
    code: str
    zh: str
    en: str


class Refusal(Exception):  # noqa: N818 - an answer to a caller, not an error of ours
    """A problem to tell the caller about; `retry_after` is in seconds, `values` fill its sentence."""

    def __init__(
        self,
        problem: Problem,
        *,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.values = values
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)


@with_config(use_attribute_docstrings=True)
class ErrorAnswer(TypedDict):
    """错误。An error."""

    error: Annotated[str, Field(examples=["调用过于频繁，请稍后再试"])]
    """给用户看的一句话。A sentence for the user, in Chinese or, with `Accept-Language: en`, in English."""
    code: Annotated[str, Field(examples=["rate_limited"])]
    """稳定的错误码。Stable."""
    request_id: Annotated[str, Field(examples=["447166674b7c3f53258c78992beb8db5"])]
    """查日志用。By which the request is found in the logs."""


def render(refusal: Refusal, language: Language, request_id: str) -> ErrorAnswer:
    """What every view tells of a refusal, whatever form it gives it."""
    problem = refusal.problem
    sentence = problem.en if language == "en" else problem.zh
    return {"error": sentence.format_map(refusal.values), "code": problem.code, "request_id": request_id}


# What the HTTP layer refuses.
NOT_FOUND = Problem(404, "not_found", "没有这个地址", "There is nothing at this address")
METHOD_NOT_ALLOWED = Problem(405, "method_not_allowed", "不支持这种请求方法", "This method is not allowed here")
REQUEST_TIMEOUT = Problem(408, "request_timeout", "请求内容接收超时", "The request's body took too long to arrive")
PAYLOAD_TOO_LARGE = Problem(413, "payload_too_large", "请求内容过大", "The request's body is too large")
UNSUPPORTED_MEDIA_TYPE = Problem(
    415, "unsupported_media_type", "请求内容须为 UTF-8 编码的 application/json", "Send application/json in UTF-8"
)
BAD_REQUEST = Problem(400, "bad_request", "请求无效", "The request is not valid")
CLIENT_GONE = Problem(499, "client_gone", "客户端已断开", "The client went away")  # only ever logged
INTERNAL_ERROR = Problem(500, "internal_error", "服务器内部错误", "Something went wrong on our side")
NOT_READY = Problem(503, "not_ready", "服务尚未就绪", "The service is not ready")

# What the edge alone answers, in the same words (nginx/errors.conf.template).
NOT_IMPLEMENTED = Problem(501, "not_implemented", "不支持这种传输编码", "This transfer coding is not supported")
BAD_GATEWAY = Problem(
    502, "bad_gateway", "语音服务暂时不可用，请稍后再试", "The speech service is not available; try again in a while"
)
GATEWAY_TIMEOUT = Problem(
    504, "gateway_timeout", "语音合成超时，请稍后再试", "The speech took too long to make; try again in a while"
)
HTTP_VERSION_NOT_SUPPORTED = Problem(
    505, "http_version_not_supported", "不支持这种 HTTP 版本", "This version of HTTP is not supported"
)

# What is wrong with a body.
INVALID_ENCODING = Problem(400, "invalid_encoding", "请求内容不是有效的 UTF-8", "The body is not valid UTF-8")
INVALID_JSON = Problem(400, "invalid_json", "请求内容不是有效的 JSON 对象", "The body is not a valid JSON object")
DUPLICATE_FIELD = Problem(400, "duplicate_field", "请求内容有重复的字段", "A field of the body occurs twice")
UNKNOWN_FIELD = Problem(400, "unknown_field", "未知的字段：{field}", "Unknown field: {field}")
TEXT_MISSING = Problem(400, "text_missing", "缺少 {field} 字段", "The field {field} is missing")
TEXT_EMPTY = Problem(400, "text_empty", "文本不能为空", "The text is empty")
TEXT_TOO_LONG = Problem(
    400, "text_too_long", "文本过长，最多 {limit} 个字符", "The text is too long: at most {limit} characters"
)
INVALID_TEXT = Problem(
    400,
    "invalid_text",
    "文本须为字符串，且不含控制字符",
    "The text must be a string of whole characters, none of them a control character",
)
INVALID_EMOTION = Problem(
    400,
    "invalid_emotion",
    "emotion 须为情绪名称，或 8 个 0 到 1 之间的数",
    "The field emotion must be the name of an emotion or 8 numbers from 0 to 1",
)
INVALID_SPEED = Problem(
    400,
    "invalid_speed",
    "speed 须为 {slowest:g} 到 {fastest:g} 之间的数",
    "The field speed must be a number from {slowest:g} to {fastest:g}",
)
INVALID_INTENSITY = Problem(
    400,
    "invalid_intensity",
    "intensity 须为 0 到 1 之间的数",
    "The field intensity must be a number from 0 to 1",
)
INVALID_PITCH = Problem(
    400,
    "invalid_pitch",
    "pitch 须为 0.8 到 1.25 之间的数",
    "The field pitch must be a number from 0.8 to 1.25",
)
INVALID_VOLUME = Problem(
    400,
    "invalid_volume",
    "volume 须为 0 到 2 之间的数",
    "The field volume must be a number from 0 to 2",
)
INVALID_SEED = Problem(
    400,
    "invalid_seed",
    "seed 须为 0 到 4294967295 之间的整数，或 random",
    "The field seed must be an integer from 0 to 4294967295, or random",
)
INVALID_INPUT_TYPE = Problem(
    400,
    "invalid_input_type",
    "input_type 须为 auto、text 或 ssml",
    "The field input_type must be auto, text or ssml",
)
INVALID_SSML = Problem(
    400,
    "invalid_ssml",
    "SSML 第 {line} 行第 {column} 个字符处有误：{chinese}",
    "The SSML is not valid at line {line}, character {column}: {english}",
)
INVALID_CLEAN = Problem(
    400,
    "invalid_clean",
    "clean 须为 true、false，或由 markdown、code、latex、urls、emails、emoji、brackets 组成的对象，取值见接口文档",
    "The field clean must be true, false, or an object of markdown, code, latex, urls, emails, emoji and brackets, each"
    " with a value that the documentation names",
)
INVALID_DICTATION = Problem(
    400,
    "invalid_dictation",
    "dictation 须为对象：repeat 为 1 到 5 的整数，gap_s 为 0 到 30、write_s 为 0 到 10 的秒数，slow 为 true 或 false",
    "The field dictation must be an object: repeat is an integer from 1 to 5, gap_s from 0 to 30 and write_s from 0 to"
    " 10 seconds, slow is true or false",
)
DICTATION_TOO_LONG = Problem(
    400,
    "dictation_too_long",
    "听写的停顿合计最长 {seconds} 秒，请减少内容、遍数或间隔",
    "The gaps of a dictation may be {seconds} seconds long in all; dictate less, fewer times or with shorter gaps",
)
INVALID_GLOSSARY = Problem(
    400,
    "invalid_glossary",
    "glossary 须为最多 {words} 个词语的对象，值为读音或替代文本",
    "The field glossary must be an object of at most {words} words, each with its pinyin or another text",
)
INVALID_WORD = Problem(
    400,
    "invalid_word",
    "词语须为 1 到 {limit} 个字符，首尾不能是空白，且不含 ‹、› 和控制字符",
    "A word must have 1 to {limit} characters, without white space at its ends, ‹, › or control characters",
)
INVALID_READING = Problem(
    400,
    "invalid_reading",
    "“{word}”须有 pinyin（每个汉字一个带声调的音节）或 alias（1 到 {limit} 个字符）之一",
    "“{word}” needs either pinyin, a syllable with its tone for each Chinese character, or an alias of 1 to {limit}"
    " characters",
)
INVALID_LEXICON = Problem(
    400,
    "invalid_lexicon",
    "词典第 {line} 行第 {column} 个字符处有误：{chinese}",
    "The lexicon is not valid at line {line}, character {column}: {english}",
)
GLOSSARY_FULL = Problem(400, "glossary_full", "词汇表最多 {limit} 个词语", "A glossary may have at most {limit} words")
WORD_NOT_FOUND = Problem(404, "word_not_found", "词汇表中没有这个词语", "There is no such word in the glossary")
GLOSSARY_UNAVAILABLE = Problem(
    503,
    "glossary_unavailable",
    "暂时无法读写词汇表，请稍后再试",
    "The glossary cannot be read or changed now; try again in a while",
)
INVALID_PAUSE = Problem(
    400,
    "invalid_pause",
    "每处停顿最长 {longest:g} 秒，全文合计最长 {total:g} 秒",
    "A pause may be at most {longest:g} seconds long, all pauses of a text together {total:g}",
)
INVALID_FORMAT = Problem(
    400,
    "invalid_format",
    "response_format 须为 wav、mp3、aac、m4a、opus、flac、pcm、ulaw 或 alaw",
    "The field response_format must be wav, mp3, aac, m4a, opus, flac, pcm, ulaw or alaw",
)
INVALID_SAMPLE_RATE = Problem(
    400,
    "invalid_sample_rate",
    "sample_rate 须为 8000、16000、22050、24000、44100 或 48000；opus 没有 22050 和 44100，ulaw 和 alaw 只有 8000",
    "The field sample_rate must be 8000, 16000, 22050, 24000, 44100 or 48000; opus has neither 22050 nor 44100, ulaw"
    " and alaw have 8000 alone",
)
INVALID_BIT_RATE = Problem(
    400,
    "invalid_bit_rate",
    "bit_rate 须为整数：mp3 16000 到 160000，aac 和 m4a 16000 到 256000，opus 8000 到 128000；其他格式不能指定",
    "The field bit_rate must be an integer: 16000 to 160000 for mp3, 16000 to 256000 for aac and m4a, 8000 to 128000"
    " for opus; other formats have none",
)
INVALID_STREAM_FORMAT = Problem(
    400,
    "invalid_stream_format",
    "stream_format 须为 {choices} 之一",
    "The field stream_format must be one of {choices}",
)
INVALID_TIMESTAMPS = Problem(
    400,
    "invalid_timestamps",
    "timestamps 须为 none、sentence 或 character，且只有 stream_format 为 frames 时才能不为 none",
    "The field timestamps must be none, sentence or character, and anything but none needs the stream_format frames",
)
INVALID_SUBTITLE_FORMAT = Problem(
    400,
    "invalid_subtitle_format",
    "subtitle_format 须为 srt、vtt 或 lrc",
    "The field subtitle_format must be srt, vtt or lrc",
)
INVALID_VOICE = Problem(
    400,
    "invalid_voice",
    "voice 须为音色的名称，或 2 到 4 个以 + 相连的名称",
    "The field voice must be the name of a voice, or 2 to 4 names joined by +",
)
INVALID_LABEL = Problem(
    400,
    "invalid_label",
    "label 须为 none、rhythm 或 notice",
    "The field label must be none, rhythm or notice",
)
LABEL_REQUIRED = Problem(
    400,
    "label_required",
    "本服务的语音须带有提示音，label 不能为 none",
    "Speech of this service must be labelled to be heard: the field label cannot be none",
)
INVALID_MODEL = Problem(400, "invalid_model", "model 须为文本", "The field model must be a string")
INVALID_INSTRUCTIONS = Problem(
    400,
    "invalid_instructions",
    "instructions 须为不超过 {limit} 个字符的文本",
    "The field instructions must be a string of at most {limit} characters",
)
INVALID_ITEMS = Problem(
    400, "invalid_items", "items 须为 1 到 {limit} 个对象", "The field items must be 1 to {limit} objects"
)
CODE_MISSING = Problem(400, "code_missing", "缺少 code 字段", "The field code is missing")
INVALID_CODE = Problem(
    400, "invalid_code", "登录凭证 code 无效，请重新登录", "The login code is not valid; log in again"
)


# What is wrong in a WebSocket session.
INVALID_MESSAGE = Problem(
    400,
    "invalid_message",
    "消息须为 JSON 文本，type 为 session.config、input.text、input.done、cancel 或 session.close，"
    "且第一条须为 session.config",
    "A message must be JSON text whose type is session.config, input.text, input.done, cancel or session.close, and the"
    " first must be session.config",
)
CONFIG_TOO_LATE = Problem(
    400,
    "config_too_late",
    "session.config 须在 input.text 之前或 input.done 之后发送",
    "Send session.config before input.text or after input.done",
)
TOO_MANY_SESSIONS = Problem(429, "too_many_sessions", "连接过多，最多 {limit} 个", "Too many sessions: at most {limit}")
INPUT_TIMEOUT = Problem(
    408, "input_timeout", "{seconds} 秒内没有收到后续内容", "Nothing more has been received for {seconds} seconds"
)

# Who is calling.
CODE_USED = Problem(
    400, "code_used", "登录凭证 code 已使用，请重新登录", "The login code was used before; log in again"
)
TOKEN_MISSING = Problem(401, "token_missing", "缺少Token", "The token is missing")
TOKEN_EXPIRED = Problem(401, "token_expired", "Token已过期", "The token has expired")
TOKEN_INVALID = Problem(401, "token_invalid", "无效Token", "The token is not valid")
API_KEY_INVALID = Problem(401, "api_key_invalid", "无效的 API 密钥", "The API key is not valid")
API_KEYS_UNAVAILABLE = Problem(
    503,
    "api_keys_unavailable",
    "暂时无法核对 API 密钥，请稍后再试",
    "The API key cannot be checked now; try again in a while",
)
LOGIN_BLOCKED = Problem(
    403, "login_blocked", "微信判定该用户风险较高，已拦截登录", "WeChat blocked this login as high-risk"
)
LOGIN_TOO_FREQUENT = Problem(
    429, "login_too_frequent", "登录过于频繁，请稍后再试", "Too many logins; try again in a while"
)
WECHAT_MISCONFIGURED = Problem(
    502, "wechat_misconfigured", "微信登录配置有误，请联系管理员", "WeChat login is misconfigured; tell the operator"
)
WECHAT_FAILED = Problem(502, "wechat_failed", "微信登录失败，请重新登录", "WeChat could not log you in; log in again")
WECHAT_BUSY = Problem(503, "wechat_busy", "微信系统繁忙，请稍后再试", "WeChat is busy; try again in a while")
WECHAT_TIMEOUT = Problem(
    504, "wechat_timeout", "微信登录超时，请重新登录", "WeChat took too long to answer; log in again"
)

# How often.
RATE_LIMITED = Problem(429, "rate_limited", "调用过于频繁，请稍后再试", "Too many calls; try again in a while")

CHARACTERS_LIMITED = Problem(
    429,
    "characters_limited",
    "短时间内朗读的字数过多，请稍后再试",
    "Too many characters in a short time; try again in a while",
)

# What happens while speaking.
NOTHING_TO_SPEAK = Problem(400, "nothing_to_speak", "文本中没有可以朗读的内容", "There is nothing in the text to speak")
TEXT_TOO_LONG_FOR_ENGINE = Problem(
    400,
    "text_too_long_for_engine",
    "文本过长，目前一次最多能读完约 {limit} 个字符，请改用流式接口或分段提交",
    "The text is too long: about {limit} characters can be spoken at once now; use a stream, or send it in parts",
)
UNKNOWN_MODEL = Problem(404, "unknown_model", "没有这个模型", "There is no such model")
UNKNOWN_VOICE = Problem(
    400, "unknown_voice", "没有这个音色：{voice}{nearest}", "There is no such voice: {voice}{nearest}"
)
VOICE_NOT_CONFIGURED = Problem(
    502,
    "voice_not_configured",
    "服务没有配置音色，请联系管理员设置 HAOSHUO_VOICE，或指定 voice",
    "No voice is configured: tell the operator to set HAOSHUO_VOICE, or name a voice",
)
NOT_SUPPORTED_BY_ENGINE = Problem(
    400,
    "not_supported_by_engine",
    "语音引擎读不了这种文字：{what}",
    "The speech engine cannot read this writing: {what}",
)
INVALID_PARAMETER = Problem(400, "invalid_parameter", "语音参数无效", "A speech parameter is not valid")
INVALID_PRONUNCIATION = Problem(
    400,
    "invalid_pronunciation",
    "读音标注无效：{mark}；每个汉字须有一个带声调的拼音，如银行为 YIN2 HANG2",
    "The pronunciation mark {mark} is not valid: each Chinese character needs pinyin with a tone, as YIN2 HANG2",
)
INSPECT_UNAVAILABLE = Problem(
    503,
    "inspect_unavailable",
    "语音引擎正在升级，暂不能查看读音，请稍后再试",
    "The speech engine is of an older version, which cannot say how it reads; try again in a while",
)
SYNTHESIS_FAILED = Problem(502, "synthesis_failed", "语音合成失败", "The speech could not be made")
SPEECH_UNUSABLE = Problem(
    502,
    "speech_unusable",
    "语音引擎没能读好这段文本，请换一种说法",
    "The speech engine could not read this text properly; put it another way",
)
OVERLOADED = Problem(503, "overloaded", "服务繁忙，请稍后再试", "The service is busy; try again in a while")
ENGINE_UNAVAILABLE = Problem(
    503,
    "engine_unavailable",
    "语音引擎暂不可用，请稍后再试",
    "The speech engine is not available; try again in a while",
)
SYNTHESIS_TIMEOUT = Problem(504, "synthesis_timeout", "语音合成超时，请重试", "The speech took too long to make")
