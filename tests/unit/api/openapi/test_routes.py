"""The document and its page over HTTP."""

import base64
import hashlib
from html.parser import HTMLParser

from quart.typing import TestClientProtocol as Client

from api.openapi.operations import OPERATIONS


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.add(tag)
        self.ids |= {str(named["id"])} if "id" in named else set()
        self.links |= {str(named[name]) for name in ("href", "src") if name in named}


async def test_the_document(client: Client) -> None:
    """For everybody, without a token."""
    response = await client.get("/v1/openapi.json")
    assert (200, "application/json") == (response.status_code, response.content_type)
    assert "3.1.0" == (await response.get_json())["openapi"]


async def test_the_page(client: Client) -> None:
    """It shows every operation and every error, and needs nothing from elsewhere: no script, no font, no picture."""
    response = await client.get("/v1/docs")
    text = await response.get_data(as_text=True)
    shown = Page(text)
    assert {operation.id for operation in OPERATIONS} <= shown.ids
    refused = [problems for operation in OPERATIONS for problems in operation.refusals().values()]
    assert {problem.code for problems in refused for problem in problems} <= shown.ids
    assert {"openapi.json", *(f"#{name}" for name in shown.ids - {"top"})} >= shown.links
    assert not shown.tags & {"script", "link", "img", "iframe"}


async def test_the_page_goes_into_fields(client: Client) -> None:
    """Fields of fields are shown by their place, and what is no JSON by its example."""
    text = await (await client.get("/v1/docs")).get_data(as_text=True)
    for name in ("dictation.repeat", "clean.emoji", "segments[].syllables[].pinyin", "results[].error.code"):
        assert f"<code>{name}</code>" in text
    assert "items[].model" not in text  # which are those of the batch itself
    assert "&lt;grapheme&gt;" in text


async def test_the_page_may_do_nothing(client: Client) -> None:
    """Its policy allows its own style, and nothing else."""
    response = await client.get("/v1/docs")
    style = (await response.get_data(as_text=True)).partition("<style>")[2].partition("</style>")[0]
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    expected = (
        f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert expected == response.headers["Content-Security-Policy"]
