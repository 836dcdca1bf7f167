"""The headers of answers."""

from api.openapi.operation import JSON


def _header(description: str, example: str, *, always: bool = True) -> JSON:
    return {"description": description, "required": always, "schema": {"type": "string"}, "example": example}


REQUEST_ID = "X-Request-Id"
RETRY_AFTER = "Retry-After"
ON_ADMISSION = ("RateLimit", "RateLimit-Policy")
ON_SPEECH = (*ON_ADMISSION, "X-AIGC", "X-Seed", "X-Glossary")
ON_WHOLE_FILES = (*ON_SPEECH, "Content-Disposition", "X-Audio-Duration", "X-Audio-Sample-Rate")
ON_OPENAI_SPEECH = (*ON_SPEECH, "X-Speed", "X-Instructions")

HEADERS: dict[str, JSON] = {
    REQUEST_ID: _header(
        "请求的编号，查日志用。By which the logs know the request.", "447166674b7c3f53258c78992beb8db5"
    ),
    RETRY_AFTER: _header("多少秒后再试。After how many seconds another try makes sense.", "3"),
    "RateLimit": _header("还剩多少。What is left of each limit.", '"calls";r=9;t=60, "characters";r=2980;t=60'),
    "RateLimit-Policy": _header(
        "限制是多少。The limits, as in draft-ietf-httpapi-ratelimit-headers-10.",
        '"calls";q=10;w=60, "characters";q=3000;qu="characters";w=60',
    ),
    "Content-Disposition": _header("文件名。The name of the file.", 'inline; filename="speech.mp3"'),
    "X-Audio-Duration": _header("时长，秒。How long the audio is, seconds.", "1.02"),
    "X-Audio-Sample-Rate": _header("采样率。Samples a second.", "24000"),
    "X-AIGC": _header(
        "音频元数据中的 AI 标识。What the metadata of a labelled file say.",
        '{"AIGC":{"Label":"1","ContentProducer":"haoshuo","ProduceID":"447166674b7c3f53258c78992beb8db5"}}',
        always=False,
    ),
    "X-Seed": _header("用的 `seed`，指定了才有。The seed of this take, if one was asked for.", "7", always=False),
    "X-Glossary": _header(
        "`unavailable`：自己的词汇表暂时读不到。The caller's own glossary cannot be known now.",
        "unavailable",
        always=False,
    ),
    "X-Speed": _header("超出范围的语速改成了多少。What a speed out of range became.", "2", always=False),
    "X-Instructions": _header(
        "从 instructions 里读出了什么。What was taken from `instructions`, or `ignored`.",
        "emotion=happy, speed=0.8",
        always=False,
    ),
}


def refs(names: tuple[str, ...]) -> JSON:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
