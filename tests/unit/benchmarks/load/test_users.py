import ssl

import pytest

from benchmarks.load import users as module
from benchmarks.load.client import Client, Habits
from benchmarks.load.users import CALLS, CHARACTERS, WINDOW_S, LoginError, Users, address
from tests.fakes.speech_service import FakeSpeech


async def test_nobody_calls_more_often_than_the_service_allows(client: Client) -> None:
    """A user comes back until ten calls are spent; then somebody new comes."""
    users = client.users
    took = []
    for _ in range(CALLS + 1):
        took.append(await users.take(20))
        users.give_back(took[-1], 20)
    assert len({id(user) for user in took[:CALLS]}) == 1
    assert took[CALLS] is not took[0]
    assert len(users) == 2


async def test_nobody_asks_for_more_characters_than_the_service_allows(client: Client) -> None:
    """Three texts of a thousand characters are a user's window."""
    user = await client.users.take(1000)
    for _ in range(3):
        client.users.give_back(user, 1000)
    assert not user.has_room(1, user.spent[-1][0])
    assert CHARACTERS == sum(cost for _, cost in user.spent)


async def test_after_the_window_there_is_room_again(client: Client) -> None:
    """What was spent longer ago than the window does not count."""
    user = await client.users.take(1000)
    client.users.give_back(user, CHARACTERS)
    spent = user.spent[0][0]
    assert not user.has_room(20, spent + WINDOW_S - 1)
    assert user.has_room(CHARACTERS, spent + WINDOW_S + 1)


async def test_who_has_spent_all_keeps_nobody_from_calling(client: Client) -> None:
    """Somebody who has room calls, though others called longer ago; nobody new has to log in."""
    spent, other = await client.users.take(20), await client.users.take(20)
    for _ in range(CALLS - 1):
        client.users.give_back(spent, 20)
        assert await client.users.take(20) is spent
    client.users.give_back(spent, 20)
    client.users.give_back(other, 20)
    assert await client.users.take(20) is other
    assert len(client.users) == 2


async def test_a_user_has_one_call_in_progress(client: Client) -> None:
    """Who was taken and not given back is not taken again."""
    assert await client.users.take(20) is not await client.users.take(20)


async def test_each_user_has_an_address(service: FakeSpeech, client: Client) -> None:
    """The service sees them at different addresses, so that its limits per address need not be changed."""
    for _ in range(2):
        await client.call(await client.users.take(20), "你好。", Habits("polite"))
    assert len(set(service.addresses)) == 2
    assert all(str(one).startswith("127.") for one in service.addresses)


async def test_who_is_invited_is_there_before_the_first_call(client: Client) -> None:
    """Nobody has to log in while those who were invited have room."""
    await client.users.invite(12)
    assert 12 == len(client.users)
    assert 12 == len({(await client.users.take(20)).token for _ in range(12)})
    assert 12 == len(client.users)


def test_addresses_are_all_different() -> None:
    """Thousands of users fit into 127.0.0.0/8, and none is 127.0.0.x, where services listen."""
    found = {address(number) for number in range(1, 70000)}
    assert len(found) == 69999
    assert not [one for one in found if one.startswith("127.0.")]


async def test_a_service_that_is_away_ends_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can log in for long: LoginError, no endless loop."""
    monkeypatch.setattr(module, "LOGIN_TRIES", 2)
    monkeypatch.setattr(module, "LOGIN_PAUSE_S", 0)
    users = Users("http://127.0.0.1:9", ssl.create_default_context())
    with pytest.raises(LoginError):
        await users.take(20)
    await users.close()
