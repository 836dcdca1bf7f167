"""What is told of problems: a schema for each status and form of error, and an example for each code and language."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import get_args

from api.errors import OpenAIErrorAnswer, as_openai
from api.openapi.headers import REQUEST_ID, RETRY_AFTER, refs
from api.openapi.operation import JSON, Operation
from api.problems import ErrorAnswer, Language, Problem, Refusal, render

FORMS = {False: ErrorAnswer, True: OpenAIErrorAnswer}
WITH_RETRY_AFTER = (429, 503)
SHOWN_ID = "447166674b7c3f53258c78992beb8db5"
VALUES = {
    "field": "text",
    "limit": 1000,
    "slowest": 0.5,
    "fastest": 2.0,
    "choices": "audio, frames, sse",
    "seconds": 50,
    "longest": 10.0,
    "total": 300.0,
    "words": 100,
    "word": "行长",
    "mark": "‹行|XING›",
    "voice": "xiaoxio",
    "nearest": " (xiaoxiao?)",
    "what": "こんにちは",
    "line": 1,
    "column": 8,
    "chinese": "不支持的标签：<audio>",
    "english": "an element that is not supported: <audio>",
}


class _Values(dict[str, object]):
    """For the sentences of examples; a value that nobody thought of is shown by its name."""

    def __missing__(self, name: str) -> object:
        return VALUES.get(name, f"<{name}>")


def responses(operation: Operation) -> JSON:
    """By status; each lists its codes, with an example of each in both languages."""
    return {
        str(status): _response(status, problems, openai=operation.openai)
        for status, problems in operation.refusals().items()
    }


def components(operations: Iterable[Operation]) -> tuple[JSON, JSON]:
    """The schemas and the examples that the responses of these operations point to."""
    schemas, examples = {}, {}
    for openai, status, problems in _told(operations):
        codes = [problem.code for problem in problems]
        schemas[_schema_name(status, openai=openai)] = _schema(codes, openai=openai)
        for problem, language in product(problems, get_args(Language)):
            name = _example_name(problem, language, openai=openai)
            examples[name] = {"value": _example(problem, language, openai=openai)}
    return schemas, examples


def _told(operations: Iterable[Operation]) -> Iterator[tuple[bool, int, list[Problem]]]:
    """Of each form and status all problems of these operations, by their codes."""
    found: defaultdict[tuple[bool, int], set[Problem]] = defaultdict(set)
    for operation in operations:
        for status, problems in operation.refusals().items():
            found[operation.openai, status].update(problems)
    for (openai, status), told in sorted(found.items(), key=lambda one: one[0]):
        yield openai, status, sorted(told, key=lambda problem: problem.code)


def _response(status: int, problems: list[Problem], *, openai: bool) -> JSON:
    names = [_example_name(problem, language, openai=openai) for problem in problems for language in get_args(Language)]
    return {
        "description": ", ".join(f"`{problem.code}`" for problem in problems),
        "headers": refs((REQUEST_ID, *((RETRY_AFTER,) if status in WITH_RETRY_AFTER else ()))),
        "content": {
            "application/json": {
                "schema": {"$ref": f"#/components/schemas/{_schema_name(status, openai=openai)}"},
                "examples": {name: {"$ref": f"#/components/examples/{name}"} for name in names},
            }
        },
    }


def _schema(codes: list[str], *, openai: bool) -> JSON:
    code = {"properties": {"code": {"enum": codes}}}
    narrowed = {"properties": {"error": code}} if openai else code
    return {"allOf": [{"$ref": f"#/components/schemas/{FORMS[openai].__name__}"}, {"type": "object", **narrowed}]}


def _example(problem: Problem, language: Language, *, openai: bool) -> ErrorAnswer | OpenAIErrorAnswer:
    refusal = Refusal(problem)
    refusal.values = _Values()
    told = render(refusal, language, SHOWN_ID)
    return as_openai(told, refusal) if openai else told


def _schema_name(status: int, *, openai: bool) -> str:
    return f"{'OpenAI' if openai else ''}Error{status}"


def _example_name(problem: Problem, language: Language, *, openai: bool) -> str:
    return f"{'openai.' if openai else ''}{problem.code}.{language}"
