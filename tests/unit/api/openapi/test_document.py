"""The document is OpenAPI 3.1, and tells of everything that the code does."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from quart import Quart
from quart.typing import TestClientProtocol as Client

from api import problems
from api.glossary.store import Glossaries
from api.openapi.document import document
from api.openapi.operation import OF_NO_OPERATION, Operation
from api.openapi.operations import OPERATIONS
from api.problems import Problem
from api.redis_guard import RedisGuard
from api.settings import Settings
from api.wiring import Services, wire
from tests.fakes.engine import FakeEngine
from tests.fakes.glossary import MemoryGlossary
from tests.support.clock import Clock

Document = dict[str, Any]
FOR_OPERATORS = {"/readyz", "/metrics"}
"""Not to be reached through nginx."""


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings(limit_calls=100)


@pytest.fixture
async def services(settings: Settings, engine: FakeEngine) -> Services:
    services = wire(settings, lambda _address, _name: engine)
    return replace(services, glossaries=Glossaries(MemoryGlossary(), RedisGuard(1.0, clock=Clock())))


@pytest.fixture(scope="module")
def described() -> Document:
    return document(OPERATIONS, {"max_text_characters": 777})


def test_it_is_valid(described: Document) -> None:
    """As OpenAPI 3.1 has it, examples and defaults included."""
    OpenAPIV31SpecValidator(described).validate()


def test_every_route_is_in_it(app: Quart, described: Document) -> None:
    """Each address and method of the app is in the document, and no other; a WebSocket has no place there."""
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if not rule.websocket and rule.rule not in FOR_OPERATORS
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, methods in described["paths"].items() for method in methods}


def test_every_problem_is_in_it() -> None:
    """Each is an answer of some operation, or known to be of none."""
    known = {problem for problem in vars(problems).values() if isinstance(problem, Problem)}
    listed = {problem for operation in OPERATIONS for told in operation.refusals().values() for problem in told}
    assert known - set(OF_NO_OPERATION) == listed - {problems.NOT_FOUND}


def test_every_field_is_described(described: Document) -> None:
    """In a sentence, and by an example where no default and no choices show what it looks like."""
    fields = {
        f"{name}.{field_name}": field
        for name, schema in described["components"]["schemas"].items()
        if not name.startswith(("Error4", "Error5", "OpenAIError4", "OpenAIError5"))
        for field_name, field in schema.get("properties", {}).items()
    }
    shown = {"examples", "default", "enum", "const", "$ref", "items"}
    assert [] == [name for name, field in fields.items() if "description" not in field or not shown & set(field)]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_every_operation_has_examples(operation: Operation) -> None:
    """Of its body, and of each of its errors in both languages, in the form of its surface."""
    described = document([operation], {"max_text_characters": 1000})
    assert bool(operation.body) == bool(operation.examples)
    told = described["paths"][operation.paths[0]][operation.method]
    for status, refused in operation.refusals().items():
        answer = told["responses"][str(status)]["content"]["application/json"]
        for problem, language in product(refused, ("zh", "en")):
            name = f"{'openai.' if operation.openai else ''}{problem.code}.{language}"
            assert name in answer["examples"]
            value = described["components"]["examples"][name]["value"]
            assert problem.code == (value["error"]["code"] if operation.openai else value["code"])


def test_a_setting_limits_a_text(described: Document) -> None:
    """The longest text that a server takes stands in its document."""
    schemas = described["components"]["schemas"]
    assert (777, 4096) == (
        schemas["SpeechBody"]["properties"]["text"]["maxLength"],
        schemas["OpenAIBody"]["properties"]["input"]["maxLength"],
    )


async def test_the_examples_are_good(client: Client, bearer: dict[str, str]) -> None:
    """What the document shows as a body of speech is taken by the address that it is shown for."""
    for operation in OPERATIONS:
        path = operation.paths[0].format_map({parameter.name: parameter.example for parameter in operation.parameters})
        bodies = [{"json": example} for example in operation.examples.values() if not operation.public]
        raw = [{"data": content["example"]} for content in operation.raw_body.values()]
        for body in (*bodies, *raw):
            response = await client.open(path, method=operation.method.upper(), headers=bearer, **body)
            assert 200 == response.status_code, (body, await response.get_data())
