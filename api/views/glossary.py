"""`/v1/glossary`: how a user's own words are said."""

from typing import Annotated

from pydantic import Field
from quart import Blueprint, Response, jsonify, request

from api import problems
from api.answers import EntryAnswer, GlossaryAnswer, ImportAnswer
from api.auth.authenticator import Authenticator
from api.body import StrictModel, read_json, validate
from api.glossary.entries import SPOKEN_CHARACTERS, Entry, entry_of
from api.glossary.lexicon import read
from api.glossary.store import ENTRIES, Glossaries
from api.problems import Refusal
from api.views.wording import Spoken

BLAME = {"pinyin": problems.INVALID_READING, "alias": problems.INVALID_READING}


class EntryBody(StrictModel):
    """`pinyin` 或 `alias` 之一。One of the two."""

    pinyin: Annotated[Spoken, Field(examples=["hang2 zhang3"])] | None = None
    """读音，每个汉字一个带声调的音节。A syllable with its tone for each Chinese character."""
    alias: Annotated[Spoken, Field(examples=["世卫组织"])] | None = None
    """替代的文字。What is said instead."""


def blueprint(authenticator: Authenticator, glossaries: Glossaries) -> Blueprint:
    routes = Blueprint("glossary", __name__, url_prefix="/v1/glossary")

    async def account() -> str:
        return (await authenticator.authenticate(request.headers.get("Authorization"))).account.name

    @routes.get("")
    async def entries() -> Response:
        found = await glossaries.all(await account())
        answer: GlossaryAnswer = {"entries": [_told(entry) for entry in found], "limit": ENTRIES}
        return jsonify(answer)

    @routes.get("/<path:word>")
    async def entry(word: str) -> Response:
        found = [entry for entry in await glossaries.all(await account()) if entry.word == word]
        if not found:
            raise Refusal(problems.WORD_NOT_FOUND)
        return jsonify(_told(found[0]))

    @routes.put("/<path:word>")
    async def put(word: str) -> Response:
        owner = await account()
        body = validate(EntryBody, await read_json(request), BLAME, word=word, limit=SPOKEN_CHARACTERS)
        entry = entry_of(word, body.pinyin, body.alias)
        await glossaries.put(owner, [entry])
        return jsonify(_told(entry))

    @routes.delete("/<path:word>")
    async def remove(word: str) -> tuple[str, int]:
        await glossaries.remove(await account(), word)
        return "", 204

    @routes.post("/import")
    async def take_lexicon() -> Response:
        owner = await account()
        raw = await request.get_data(cache=False, as_text=False, parse_form_data=False)
        try:
            found = read(raw.decode())
        except UnicodeDecodeError:
            raise Refusal(problems.INVALID_ENCODING) from None
        await glossaries.put(owner, found)
        answer: ImportAnswer = {"imported": len(found)}
        return jsonify(answer)

    return routes


def _told(entry: Entry) -> EntryAnswer:
    if entry.pinyin:
        return {"word": entry.word, "pinyin": entry.pinyin}
    return {"word": entry.word, "alias": entry.alias or ""}
