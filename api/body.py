"""A request's JSON body, read and parsed without mercy; every refusal has its own code."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from quart import Request

from api import problems
from api.problems import Problem, Refusal

SHOWN_CHARACTERS = 40  # of a field's name, in an error

Model = TypeVar("Model", bound="StrictModel")


class StrictModel(BaseModel):
    """The base of every body: no unknown fields, no conversions, no NaN. Its fields' docstrings are OpenAPI's."""

    model_config = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False, frozen=True, use_attribute_docstrings=True
    )


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object a request carries; werkzeug's 408 and 413 pass through."""
    if request.mimetype != "application/json" or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise Refusal(problems.UNSUPPORTED_MEDIA_TYPE)
    return parse_json(await request.get_data(cache=False, as_text=False, parse_form_data=False))


def parse_json(raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Refusal(problems.INVALID_ENCODING) from None
    try:
        value = json.loads(
            text, parse_float=_number, parse_constant=_refuse_constant, object_pairs_hook=_refuse_duplicates
        )
        _refuse_lone_surrogates(text, value)
    except (ValueError, RecursionError):  # also integers of thousands of digits and arrays nested as deep
        raise Refusal(problems.INVALID_JSON) from None
    if not isinstance(value, dict):
        raise Refusal(problems.INVALID_JSON)
    return value


def validate(model: type[Model], value: dict[str, Any], blame: Mapping[str, Problem], **limits: Any) -> Model:
    """The model, or the problem `blame` names for its first bad field; `limits` are for its sentence."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if not first["loc"]:  # it blames the mapping as a whole, such as one with a key that is not Unicode
        raise Refusal(problems.INVALID_JSON)
    if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
        raise Refusal(problems.UNKNOWN_FIELD, field=str(first["loc"][0])[:SHOWN_CHARACTERS])
    field = str(first["loc"][0])
    raise Refusal(blame.get(f"{field}:{first['type']}", blame[field]), field=field, **limits)


def _number(written: str) -> float:
    """`7.0` is an integer, as JSON Schema has it; some languages write it so."""
    number = float(written)
    return int(number) if number.is_integer() else number


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


def _refuse_lone_surrogates(text: str, value: object) -> None:
    """Half of an escaped pair is no character: nothing could encode it again, in an answer or a log."""
    if r"\ud" in text.lower():
        json.dumps(value, ensure_ascii=False).encode()  # UnicodeEncodeError is a ValueError


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refusal(problems.DUPLICATE_FIELD)
    return fields
