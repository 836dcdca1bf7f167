"""OpenAI's addresses."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from api import problems
from api.answers import BatchAnswer, Model, ModelsAnswer, OpenAIVoicesAnswer
from api.openapi.headers import ON_OPENAI_SPEECH
from api.openapi.operation import Answer, Operation, Parameter
from api.openapi.operations.speech import AUDIO, EVENTS, PARSES, SPEAKS, STREAM
from api.views.bodies import BATCH, BLAME, OpenAIBody, may_be_null

EXAMPLE = {"model": "tts-1", "voice": "alloy", "input": "你好，世界！"}


def _need_nothing(schema: dict[str, Any]) -> None:
    schema["required"] = []
    may_be_null(schema)


def _need_items(schema: dict[str, Any]) -> None:
    schema["required"] = ["items"]
    may_be_null(schema)


class BatchItem(OpenAIBody):
    """没写的字段由外层说明。What it does not say, the body says for all."""

    model_config = ConfigDict(json_schema_extra=_need_nothing)


class Batch(BatchItem):
    """所有文本共用的字段，以及各段文本。Fields for all texts, and the texts."""

    model_config = ConfigDict(json_schema_extra=_need_items)

    items: Annotated[list[BatchItem], Field(min_length=1, max_length=BATCH)]
    """要朗读的各段文本，合计最多 4096 个字符。The texts, of together at most 4096 characters."""


OPERATIONS = (
    Operation(
        id="openai_speech",
        method="post",
        paths=("/v1/audio/speech",),
        tag="OpenAI",
        summary="OpenAI 的语音合成接口 OpenAI's speech endpoint",
        description=f"总是流。Always a stream. {STREAM}",
        body=OpenAIBody,
        examples={"OpenAI": EXAMPLE, "语气 instructions": EXAMPLE | {"instructions": "cheerful, a little faster"}},
        blame=BLAME,
        answers=(Answer("音频或事件 Audio or events", AUDIO | EVENTS, ON_OPENAI_SPEECH),),
        problems=SPEAKS,
    ),
    Operation(
        id="openai_batch",
        method="post",
        paths=("/v1/audio/speech/batch",),
        tag="OpenAI",
        summary="一次朗读多段文本 Several texts at once",
        description="每段是一次调用，可以单独失败。Each text is a call of its own, which may fail alone.",
        body=Batch,
        examples={
            "两段 two": {"items": [{"input": "第一句。"}, {"input": "第二句。", "speed": 0.8}], "voice": "alloy"}
        },
        blame=BLAME,
        answers=(Answer("每段的结果 A result for each text", {"application/json": BatchAnswer}),),
        problems=(*PARSES, problems.DICTATION_TOO_LONG, problems.LABEL_REQUIRED, problems.OVERLOADED),
    ),
    Operation(
        id="openai_voices",
        method="get",
        paths=("/v1/audio/voices",),
        tag="OpenAI",
        summary="音色和别名 Voices and their other names",
        answers=(Answer("音色 Voices", {"application/json": OpenAIVoicesAnswer}),),
        public=True,
    ),
    Operation(
        id="openai_models",
        method="get",
        paths=("/v1/models",),
        tag="OpenAI",
        summary="模型名称 The names of models",
        answers=(Answer("模型 Models", {"application/json": ModelsAnswer}),),
    ),
    Operation(
        id="openai_model",
        method="get",
        paths=("/v1/models/{name}",),
        tag="OpenAI",
        summary="一个模型 One model",
        answers=(Answer("模型 The model", {"application/json": Model}),),
        problems=(problems.UNKNOWN_MODEL, problems.NOT_FOUND),
        parameters=(Parameter("name", "模型的名称。The name of the model.", "tts-1", 64),),
    ),
)
