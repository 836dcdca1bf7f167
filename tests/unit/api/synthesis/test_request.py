from dataclasses import replace

import pytest

from api.script.reading import read
from api.synthesis.request import CHARACTER_S, SpeechRequest
from api.synthesis.voices import Voices

PLAIN = SpeechRequest("你好", "baker", speed=2.0)


def scripted(text: str) -> SpeechRequest:
    request = replace(PLAIN, text=text)
    return replace(request, runs=read(text, "auto", request.style, Voices("baker")))


def test_how_long_it_takes_at_most() -> None:
    """What is spoken counts, at the speed at which it is, and pauses; markup does not."""
    assert PLAIN.most_seconds == pytest.approx(2 * CHARACTER_S / 2)
    assert scripted("你好[pause:3s]").most_seconds == pytest.approx(PLAIN.most_seconds + 3)
    document = '<speak>你好<break time="3s"/><prosody rate="50%">好</prosody></speak>'
    assert scripted(document).most_seconds == pytest.approx(PLAIN.most_seconds + 3 + CHARACTER_S)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("你好 &amp; 😀", "你好 &amp; 😀"),
        ("银行(háng)[pause:1s]里", "银行里"),
        ('<speak>A&amp;B<sub alias="世卫">WHO</sub>\n<p>好</p></speak>', "A&BWHO\n好"),
    ],
)
def test_what_somebody_sees_who_reads_along(text: str, shown: str) -> None:
    """What is written, in its place, without marks and markup."""
    request = scripted(text)
    assert len(text) == len(request.shown)
    assert shown == "".join(request.shown)
