"""Operations → the OpenAPI document."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.openapi import errors
from api.openapi.headers import HEADERS, REQUEST_ID, refs
from api.openapi.operation import JSON, TAGS, Answer, Operation, Parameter
from api.openapi.schemas import schemas_of

DESCRIPTION = """\
好说：有登录、有限额、能流式输出的语音合成服务。A speech service with logins, limits and streams.

- 除注明的以外，都要 `Authorization: Bearer`，后面是登录得到的令牌或 API 密钥。
  Whatever is not public takes a login's token or an API key.
- 请求是 UTF-8 编码的 JSON（词典除外），最多 100 KiB；没有的字段是错误。
  Bodies are JSON in UTF-8, but for a lexicon, and at most 100 KiB; a field that is not known is an error.
- `code` 稳定不变；`error` 是给用户看的一句话，`Accept-Language: en` 时为英文。
  `code` is stable; `error` is a sentence for the user.
- 任何地址都可能回答 404 `not_found`、405 `method_not_allowed`、501 `not_implemented` 和 505
  `http_version_not_supported`，格式相同。Any address may answer these, in the same form.
- 边写边读用 WebSocket `/v1/audio/speech/stream`；OpenAPI 描述不了，见 `docs/api.md`。
  A text that is still being written is spoken over a WebSocket, which OpenAPI cannot describe; `docs/api.md` does.
"""

SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`POST /v1/login` 给的令牌。What a login gives.",
    },
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "hs-…",
        "description": "服务器上 `make keys` 生成的密钥。What is made on the server.",
    },
}
SECURITY: list[JSON] = [{name: []} for name in SECURITY_SCHEMES]

LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "错误信息的语言。The language of errors: Chinese unless English is preferred.",
    "schema": {"type": "string"},
    "examples": {"zh": {"value": "zh-CN"}, "en": {"value": "en"}},
}


def document(operations: Iterable[Operation], limits: Mapping[str, int]) -> JSON:
    """The whole document, whose bodies name some of these limits."""
    operations = tuple(operations)
    known, schemas = schemas_of(_types(operations), limits)
    error_schemas, examples = errors.components(operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Haoshuo",
            "version": "1",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": _paths(operations, known),
        "components": {
            "schemas": dict(sorted((schemas | error_schemas).items())),
            "examples": examples,
            "headers": HEADERS,
            "parameters": {"Language": LANGUAGE},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _types(operations: Iterable[Operation]) -> set[Any]:
    bodies = {operation.body for operation in operations if operation.body}
    answers = (answer for operation in operations for answer in operation.answers)
    contents = (content for answer in answers for content in answer.content.values())
    return bodies | {content for content in contents if not isinstance(content, Mapping)} | set(errors.FORMS.values())


def _paths(operations: Iterable[Operation], known: Mapping[Any, JSON]) -> JSON:
    paths: JSON = {}
    for operation in operations:
        for number, path in enumerate(operation.paths):
            paths.setdefault(path, {})[operation.method] = _operation(operation, number, known)
    return paths


def _operation(operation: Operation, number: int, known: Mapping[Any, JSON]) -> JSON:
    """An operation at its path of that number."""
    told: JSON = {
        "operationId": f"{operation.id}_alias_{number}" if number else operation.id,
        "tags": [operation.tag],
        "summary": f"同 the same as {operation.paths[0]}" if number else operation.summary,
        "description": operation.description,
        "security": [] if operation.public else SECURITY,
        "parameters": [*map(_parameter, operation.parameters), {"$ref": "#/components/parameters/Language"}],
    }
    if content := {**_json_body(operation, known), **operation.raw_body}:
        told["requestBody"] = {"required": True, "content": content}
    answers = {str(answer.status): _answer(answer, known) for answer in operation.answers}
    return told | {"responses": answers | errors.responses(operation)}


def _json_body(operation: Operation, known: Mapping[Any, JSON]) -> JSON:
    if operation.body is None:
        return {}
    examples = {name: {"value": value} for name, value in operation.examples.items()}
    return {"application/json": {"schema": known[operation.body], "examples": examples}}


def _answer(answer: Answer, known: Mapping[Any, JSON]) -> JSON:
    content = {
        media_type: what if isinstance(what, Mapping) else {"schema": known[what]}
        for media_type, what in answer.content.items()
    }
    return {"description": answer.description, "headers": refs((REQUEST_ID, *answer.headers)), "content": content}


def _parameter(parameter: Parameter) -> JSON:
    return {
        "name": parameter.name,
        "in": "path",
        "required": True,
        "description": parameter.description,
        "schema": {"type": "string", "minLength": 1, "maxLength": parameter.longest},
        "example": parameter.example,
    }
