"""The document as one page of HTML and CSS, for people: no script, nothing from elsewhere, so that it works offline."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from api.openapi.operation import JSON, TAGS, Operation

HERE = Path(__file__).parent
STYLE = (HERE / "reference.css").read_text("utf-8")
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Of a page in which nothing runs, and which nothing can frame."""


def page(document: JSON, operations: Iterable[Operation]) -> str:
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["prose"] = _prose
    operations = tuple(operations)
    groups = [
        (f"{TAGS[tag]} {tag}", [_shown(operation, document) for operation in group])
        for tag, group in groupby(operations, key=lambda operation: operation.tag)
    ]
    told = {problem for operation in operations for problems in operation.refusals().values() for problem in problems}
    return environment.get_template("reference.html").render(
        info=document["info"],
        groups=groups,
        problems=sorted(told, key=lambda problem: (problem.status, problem.code)),
        style=Markup(STYLE),  # noqa: S704 - it is our own
    )


def _shown(operation: Operation, document: JSON) -> JSON:
    """What the template shows of an operation."""
    told: JSON = document["paths"][operation.paths[0]][operation.method]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    good = told["responses"][str(operation.answers[0].status)]["content"]
    return told | {
        "method": operation.method.upper(),
        "paths": operation.paths,
        "fields": [*_path_fields(operation), *_fields(body.get("schema", {}), document)],
        "answer_fields": list(_fields(good.get("application/json", {}).get("schema", {}), document)),
        "examples": [
            *((name, _pretty(value)) for name, value in operation.examples.items()),
            *((media_type, content["example"]) for media_type, content in operation.raw_body.items()),
        ],
        "answers": [*_answers(operation), *_refusals(operation)],
    }


def _answers(operation: Operation) -> Iterator[JSON]:
    for answer in operation.answers:
        yield {
            "status": answer.status,
            "description": answer.description,
            "types": ", ".join(answer.content),
            "headers": answer.headers,
        }


def _refusals(operation: Operation) -> Iterator[JSON]:
    for status, problems in operation.refusals().items():
        yield {"status": status, "types": "application/json", "codes": [problem.code for problem in problems]}


def _path_fields(operation: Operation) -> Iterator[JSON]:
    for part in operation.parameters:
        yield {"name": part.name, "type": "string", "required": True, "description": part.description}


def _fields(schema: JSON, document: JSON, within: str = "") -> Iterator[JSON]:
    """Those that are needed first, each followed by its own, unless they are those of the whole again."""
    schema = _resolved(schema, document)
    needed, all_fields = schema.get("required", ()), schema.get("properties", {})
    for name, field in sorted(all_fields.items(), key=lambda one: one[0] not in needed):
        yield {
            "name": within + name,
            "type": _type(field, document),
            "required": name in needed,
            "default": None if field.get("default") is None else _pretty(field["default"]),
            "description": field.get("description", ""),
        }
        for place, inner in _objects(field, document):
            if not inner["properties"].keys() <= all_fields.keys():
                yield from _fields(inner, document, f"{within}{name}{place}.")


def _objects(field: JSON, document: JSON) -> Iterator[tuple[str, JSON]]:
    """What has fields in a field: it may be such an object, or a list of them."""
    for option in field.get("anyOf", [field]):
        place, inner = ("[]", option["items"]) if option.get("type") == "array" else ("", option)
        if "properties" in (resolved := _resolved(inner, document)):
            yield place, resolved


def _type(field: JSON, document: JSON) -> str:
    """A schema in a few words."""
    if options := field.get("anyOf"):
        return " | ".join(_type(option, document) for option in options if option.get("type") != "null")
    field = _resolved(field, document)
    if choices := field.get("enum", [field["const"]] if "const" in field else ()):
        return ", ".join(map(str, choices))
    if field.get("type") == "array":
        return f"[{_type(field['items'], document)}]"
    if values := field.get("additionalProperties"):
        return f"{{…: {_type(values, document)}}}"
    if field.get("type") == "object":
        return f"{{{', '.join(field.get('properties', ()))}}}"
    return f"{field.get('type', '')}{_range(field)}"


def _range(field: JSON) -> str:
    bounds = [(field.get(low), field.get(high)) for low, high in (("minimum", "maximum"), ("minLength", "maxLength"))]
    return "".join(f" {low}–{high}" for low, high in bounds if low is not None and high is not None)


def _resolved(schema: JSON, document: JSON) -> JSON:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: JSON = document["components"]["schemas"][name] if name else schema
    return found


def _prose(text: str) -> Markup:
    """With `code` as HTML has it."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - what is ours is escaped


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
