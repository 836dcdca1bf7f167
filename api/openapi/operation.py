"""What is declared of an operation; what its body, its authentication and the edge add is found out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from api import problems
from api.errors import OPENAI_PATHS
from api.problems import Problem

JSON = dict[str, Any]

Tag = Literal["Login", "Speech", "OpenAI", "Glossary", "Service"]
TAGS: Mapping[Tag, str] = {"Login": "登录", "Speech": "朗读", "OpenAI": "兼容", "Glossary": "词汇表", "Service": "服务"}

ANYWHERE = (
    problems.BAD_REQUEST,
    problems.RATE_LIMITED,
    problems.INTERNAL_ERROR,
    problems.BAD_GATEWAY,
    problems.GATEWAY_TIMEOUT,
)
WITH_CREDENTIALS = (
    problems.TOKEN_MISSING,
    problems.TOKEN_EXPIRED,
    problems.TOKEN_INVALID,
    problems.API_KEY_INVALID,
    problems.API_KEYS_UNAVAILABLE,
)
WITH_A_BODY = (problems.INVALID_ENCODING, problems.REQUEST_TIMEOUT, problems.PAYLOAD_TOO_LARGE)
WITH_JSON = (
    problems.INVALID_JSON,
    problems.DUPLICATE_FIELD,
    problems.UNKNOWN_FIELD,
    problems.UNSUPPORTED_MEDIA_TYPE,
)
OF_NO_OPERATION = (
    problems.NOT_FOUND,
    problems.METHOD_NOT_ALLOWED,
    problems.NOT_IMPLEMENTED,
    problems.HTTP_VERSION_NOT_SUPPORTED,
    problems.NOT_READY,
    problems.CLIENT_GONE,
    problems.INVALID_MESSAGE,
    problems.CONFIG_TOO_LATE,
    problems.INPUT_TIMEOUT,
    problems.TOO_MANY_SESSIONS,
)
"""What is answered where no operation is meant, on the api's own port, to nobody, or in a WebSocket session."""


@dataclass(frozen=True)
class Answer:
    """A good answer: for each media type the type of its JSON, or what OpenAPI says of it; headers by their names."""

    description: str
    content: Mapping[str, Any]
    headers: tuple[str, ...] = ()
    status: int = 200


@dataclass(frozen=True)
class Parameter:
    """A part of the path, of at most `longest` characters."""

    name: str
    description: str
    example: str
    longest: int


@dataclass(frozen=True)
class Operation:
    """The same at each of its `paths`, of which the first is its own.

    `body` is the type of its JSON, of which `examples` are named by what they show; `raw_body` is what OpenAPI says of
    bodies of other media types. `blame` names the problems of the body's fields, as `body.validate` is told them;
    `problems` are all others.
    """

    id: str
    method: Literal["get", "post", "put", "patch", "delete"]
    paths: tuple[str, ...]
    tag: Tag
    summary: str
    answers: tuple[Answer, ...]
    description: str = ""
    body: Any = None
    raw_body: Mapping[str, JSON] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    blame: Mapping[str, Problem] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    public: bool = False

    @property
    def openai(self) -> bool:
        """Whether errors are in OpenAI's form."""
        return self.paths[0].startswith(OPENAI_PATHS)

    def refusals(self) -> dict[int, list[Problem]]:
        """Everything that may be answered instead, each once, by status."""
        found = dict.fromkeys((*self._outside(), *self._fields(), *self.problems))
        in_order = sorted(found, key=lambda problem: problem.status)
        return {status: list(problems) for status, problems in groupby(in_order, key=lambda problem: problem.status)}

    def _outside(self) -> tuple[Problem, ...]:
        of_a_body = WITH_A_BODY if self.body or self.raw_body else ()
        of_json = WITH_JSON if self.body else ()
        return (*ANYWHERE, *of_a_body, *of_json, *(() if self.public else WITH_CREDENTIALS))

    def _fields(self) -> Iterator[Problem]:
        for name in self.body.model_fields if self.body else ():
            for said, problem in self.blame.items():
                if said.partition(":")[0] == name:
                    yield problem
