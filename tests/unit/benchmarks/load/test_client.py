import asyncio

from aiohttp import web

from benchmarks.load.client import Client, Habits
from tests.fakes.speech_service import FakeSpeech, refusal, speaks, wav
from tests.support.waiting import until

POLITE = Habits("polite")


async def _call(client: Client, habits: Habits = POLITE) -> None:
    await client.call(await client.users.take(3), "你好。", habits)


async def test_speech_is_measured(service: FakeSpeech, client: Client) -> None:
    """A complete WAV counts by its seconds; the record has its size, status and request id."""
    await _call(client)
    (record,) = client.records
    assert (200, len(wav()), 1.0, "one") == (record.status, record.size, record.audio_s, record.request_id)
    assert ("spoken", 3) == (record.outcome, record.characters)
    assert ["你好。"] == service.texts


async def test_a_cut_wav_is_a_failure(service: FakeSpeech, client: Client) -> None:
    """A WAV that is shorter than its header says is no speech, though its status is 200."""

    async def cut(_request: web.Request) -> web.Response:
        return web.Response(body=wav()[:-100])

    service.answer = cut
    await _call(client)
    assert [(200, 0.0, "failed")] == [(one.status, one.audio_s, one.outcome) for one in client.records]


async def test_a_broken_connection_is_a_failure(service: FakeSpeech, client: Client) -> None:
    """A body that ends before its Content-Length, as of a killed api, is recorded and raises nothing."""

    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(wav()))})
        await response.prepare(request)
        await response.write(wav()[:100])
        assert request.transport is not None
        request.transport.close()
        return response

    service.answer = broken
    await _call(client)
    assert [("failed", "ClientPayloadError")] == [(one.outcome, one.code) for one in client.records]


async def test_a_refusal_is_recorded_with_its_code_and_pause(service: FakeSpeech, client: Client) -> None:
    """Of an error's body and headers, the code and the seconds of Retry-After are kept."""

    async def refuses(_request: web.Request) -> web.Response:
        return refusal(Retry_After="7")

    service.answer = refuses
    await _call(client)
    (record,) = client.records
    assert (503, "overloaded", 7.0, "refused") == (
        record.status,
        record.code,
        record.retry_after_s,
        record.outcome,
    )


async def test_who_loses_patience_hangs_up(service: FakeSpeech, client: Client) -> None:
    """An abandoning client closes its connection: the service sees it go."""
    gone = asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        try:
            await asyncio.sleep(60)
        finally:
            gone.set()
        return web.Response()

    service.answer = slow
    await _call(client, Habits("leaves", patience_s=0.05))
    assert ["abandoned"] == [record.outcome for record in client.records]
    await gone.wait()


async def test_a_slow_reader_reads_slowly_and_all(client: Client) -> None:
    """In pieces, with a pause after each: a WAV of 16 KB at 32 KB/s takes at least half a second, and is complete."""
    await _call(client, Habits("slow", bytes_per_s=32 * 1024))
    (record,) = client.records
    assert (1.0, len(wav())) == (record.audio_s, record.size)
    assert record.wait_s >= 0.5
    assert (1, len(wav())) == (client.answers_begun, client.bytes_read)


async def test_an_answer_that_is_not_read_to_its_end_is_counted(client: Client) -> None:
    """What the service holds for a slow reader is held though there is no record of it yet."""
    reading = asyncio.create_task(_call(client, Habits("slow", bytes_per_s=1024)))
    await until(lambda: client.bytes_read > 0)
    assert client.answers_begun == 1
    assert client.records == []
    reading.cancel()
    await asyncio.wait([reading])


async def test_a_client_settles_when_those_who_are_waiting_have_their_answers(
    service: FakeSpeech, client: Client
) -> None:
    """Not when the next ones have theirs: in a closed loop somebody is always waiting."""
    first, second = asyncio.Event(), asyncio.Event()
    answering = [first, second]

    async def waits(request: web.Request) -> web.StreamResponse:
        await answering.pop(0).wait()
        return await speaks(request)

    service.answer = waits
    one = asyncio.create_task(_call(client))
    await until(lambda: len(answering) == 1)
    settling = asyncio.create_task(client.settle())
    await asyncio.sleep(0)
    two = asyncio.create_task(_call(client))
    await until(lambda: not answering)
    assert not settling.done()
    first.set()
    await settling
    assert len(client.records) == 1
    second.set()
    await asyncio.gather(one, two)
