"""What is written is read again by readers that know the formats and not our code."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.timing.subtitles import WRITERS, Cue, lrc, srt, vtt
from tests.support.subtitles import parse_lrc, parse_srt, parse_vtt

CUES = [
    Cue("你好，<b>世界</b>。", 0.05, 1.2344),
    Cue("A --> B & C\n\n[00:01.00]下一行", 1.5, 3599.9996),
    Cue("完", 3600, 7325.5),
]
TEXTS = st.text(min_size=1, max_size=30).filter(str.strip)
HOURS = [(0.05, 1.234), (1.5, 3600.0), (3600.0, 7325.5)]


def test_srt() -> None:
    """Numbers, times to the millisecond, one line of text each; what would be markup is written with other signs."""
    assert srt(CUES) == (
        "1\n00:00:00,050 --> 00:00:01,234\n你好，＜b＞世界＜/b＞。\n\n"
        "2\n00:00:01,500 --> 01:00:00,000\nA --＞ B & C [00:01.00]下一行\n\n"
        "3\n01:00:00,000 --> 02:02:05,500\n完\n"
    )
    assert HOURS == [cue[:2] for cue in parse_srt(srt(CUES))]


def test_vtt() -> None:
    """With the header and the escapes of the standard."""
    assert vtt(CUES) == (
        "WEBVTT\n\n"
        "00:00:00.050 --> 00:00:01.234\n你好，&lt;b&gt;世界&lt;/b&gt;。\n\n"
        "00:00:01.500 --> 01:00:00.000\nA --&gt; B &amp; C [00:01.00]下一行\n\n"
        "01:00:00.000 --> 02:02:05.500\n完\n"
    )
    assert HOURS == [cue[:2] for cue in parse_vtt(vtt(CUES))]


def test_lrc() -> None:
    """Minutes go on beyond an hour; no text is taken for a time; the end is told, too."""
    assert lrc(CUES) == (
        "[00:00.05]你好，＜b＞世界＜/b＞。\n[00:01.50]A --＞ B & C ［00:01.00］下一行\n[60:00.00]完\n[122:05.50]\n"
    )
    assert [0.05, 1.5, 3600.0, 7325.5] == [at for at, _ in parse_lrc(lrc(CUES))]


@pytest.mark.parametrize("name", WRITERS)
@given(st.lists(st.tuples(TEXTS, st.floats(0, 9000), st.floats(0, 30)), min_size=1, max_size=5))
def test_any_text(name: str, parts: list[tuple[str, float, float]]) -> None:
    """Whatever is said: the cues that are read are those that were written, but for white space in their text."""
    cues = [Cue(text, start_s, start_s + more) for text, start_s, more in parts]
    written = WRITERS[name](cues)
    if name == "lrc":
        read = [(at, text) for at, text in parse_lrc(written)][:-1]
        assert [cue.start_s for cue in cues] == pytest.approx([at for at, _ in read], abs=0.0051)
        texts = [text for _, text in read]
    else:
        found = {"srt": parse_srt, "vtt": parse_vtt}[name](written)
        assert [cue.start_s for cue in cues] == pytest.approx([start_s for start_s, _, _ in found], abs=0.00051)
        assert [cue.end_s for cue in cues] == pytest.approx([end_s for _, end_s, _ in found], abs=0.00051)
        texts = [html.unescape(text) if name == "vtt" else text for *_, text in found]
    wide = str.maketrans("＜＞［］", "<>[]")
    assert [_bare(cue.text.translate(wide)) for cue in cues] == [_bare(text.translate(wide)) for text in texts]


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
