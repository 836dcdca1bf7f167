"""What is dictated, how often, how fast and with what gaps."""

import pytest

from api.problems import Refusal
from api.script.dictation import ALL_GAPS_S, SLOWER, Dictation, dictate
from api.script.reading import read
from api.script.style import Style
from api.synthesis.voices import Voices

STYLE = Style("baker", speed=0.8)


def readings(text: str, dictation: Dictation) -> list[tuple[str, float, float | None]]:
    return [
        (run.spoken.text, run.style.speed, run.pause_s)
        for run in dictate(read(text, "text", STYLE, Voices("baker")), dictation)
    ]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("苹果、香蕉，橘子", ["苹果", "香蕉", "橘子"]),
        ("春天 夏天　秋天\n冬天", ["春天", "夏天", "秋天", "冬天"]),
        ("今天天气很好，我们去公园。好吗？", ["今天天气很好，我们去公园。", "好吗？"]),
        ("good morning, 3.14", ["good morning", " 3.14"]),
        ("银行(háng)，——，", ["银‹行|HANG2›"]),
        ("\n   \n……", []),
    ],
)
def test_items(text: str, items: list[str]) -> None:
    """A line of sentences is dictated sentence by sentence, another word by word."""
    once = Dictation(repeat=1, gap_s=0, write_s=0, slow=False)
    assert items == [text for text, *_ in readings(text, once) if any(map(str.isalnum, text))]


def test_readings() -> None:
    """Each as often as asked for, the last time slowly, with a gap that grows with what there is to write."""
    slow = 0.8 * SLOWER
    assert [
        *[("春", 0.8, 3.5), ("春", 0.8, 3.5), ("春", slow, 3.5)],
        *[("夏‹天|TIAN1›", 0.8, 5.0), ("夏‹天|TIAN1›", 0.8, 5.0), ("夏‹天|TIAN1›", slow, 5.0)],
    ] == readings("春 夏天(tiān)", Dictation(repeat=3, gap_s=2.0, write_s=1.5))
    assert [("一", 0.8, 3.0)] == readings("一", Dictation(repeat=1, slow=False))


def test_pauses_between() -> None:
    """A pause that the text asks for comes on top of the gap."""
    assert [("春", 0.8, 3.0), ("", 0.8, 7.0), ("夏", 0.8, 3.0)] == readings(
        "春[pause:7s]夏", Dictation(repeat=1, slow=False)
    )


def test_the_longest() -> None:
    """No call makes hours of silence."""
    dictation = Dictation(repeat=5, gap_s=30.0, write_s=0.0)
    assert ALL_GAPS_S == sum(pause_s or 0.0 for *_, pause_s in readings("春 夏 秋 冬 天 地", dictation))
    with pytest.raises(Refusal, match="dictation_too_long"):
        readings("春 夏 秋 冬 天 地 人", dictation)
