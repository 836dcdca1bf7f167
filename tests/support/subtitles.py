"""Reads subtitles as players do: line by line, without knowing how we write them."""

import re

Read = list[tuple[float, float, str]]
"""Begin and end in seconds, and the text as it is written."""

ARROW = re.compile(r"(?:(\d{2,}):)?(\d{2}):(\d{2})[.,](\d{3}) --> (?:(\d{2,}):)?(\d{2}):(\d{2})[.,](\d{3})")
TAG = re.compile(r"\[(\d+):(\d{2})\.(\d{2})\]")


def parse_srt(text: str) -> Read:
    """Blocks between empty lines, each with its number."""
    blocks = [block.split("\n") for block in text.strip("\n").split("\n\n")]
    assert [str(number) for number in range(1, len(blocks) + 1)] == [block[0] for block in blocks]
    assert "." not in "".join(block[1] for block in blocks)
    return [_cue(block[1:]) for block in blocks]


def parse_vtt(text: str) -> Read:
    """Blocks after the header; in a cue's text stands no `<`, and `&` only in an escape."""
    header, *blocks = text.strip("\n").split("\n\n")
    assert "WEBVTT" == header
    cues = [_cue(block.split("\n")) for block in blocks]
    for *_, line in cues:
        assert not re.search(r"<|-->|&(?!(?:amp|lt|gt);)", line)
    return cues


def parse_lrc(text: str) -> list[tuple[float, str]]:
    """Lines with a time each; a player would take a second time at the beginning for a repetition of the line."""
    lines = []
    for line in text.removesuffix("\n").split("\n"):
        tag = TAG.match(line)
        assert tag, line
        assert not TAG.search(line, tag.end())
        lines.append((int(tag[1]) * 60 + int(tag[2]) + int(tag[3]) / 100, line[tag.end() :]))
    return lines


def _cue(lines: list[str]) -> tuple[float, float, str]:
    arrow, *text = lines
    match = ARROW.fullmatch(arrow)
    assert match, arrow
    assert "-->" not in "".join(text)
    assert len(text) <= 1
    hours, minutes, seconds, ms, *end = (int(group or 0) for group in match.groups())
    return _seconds(hours, minutes, seconds, ms), _seconds(*end), "".join(text)


def _seconds(hours: int, minutes: int, seconds: int, ms: int) -> float:
    assert max(minutes, seconds) < 60
    return (hours * 60 + minutes) * 60 + seconds + ms / 1000
