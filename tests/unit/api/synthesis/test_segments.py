"""Segments end where a reader would breathe, fit the engine, and lose nothing."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.synthesis.length import length_of
from api.synthesis.segments import SHORT, Break, Cutter, Segment, clauses, cut

LIMIT = 40
PROSE = st.lists(st.from_regex(r"[你好a-z0-9，、 ]{0,45}[好a-z0-9][。！？，.\n]?", fullmatch=True), max_size=8).map(
    "".join
)
TEXTS = st.text(
    st.sampled_from("你好世界说a1B.,。，！？!?；;：:…、“”\"'（）)( \n\t😀€-") | st.characters(), max_size=300
)


def texts(text: str, limit: int = LIMIT) -> list[str]:
    return [segment.text for segment in cut(text, limit)]


def pauses(text: str, limit: int = LIMIT) -> list[tuple[str, float]]:
    return [(segment.text, segment.pause_s) for segment in cut(text, limit)]


def squeezed(text: str) -> str:
    return "".join(text.split())


@example("a" * 600, 40)
@given(TEXTS | PROSE, st.integers(5, 60))
def test_no_segment_is_too_long(text: str, limit: int) -> None:
    """Whatever the text, every segment fits and has something to pronounce."""
    for segment in texts(text, limit):
        assert length_of(segment) <= limit
        assert any(map(str.isalnum, segment))


@given(TEXTS, st.integers(5, 60))
def test_nothing_pronounceable_is_lost(text: str, limit: int) -> None:
    """Letters, digits and characters all arrive, in order."""
    expected = [character for character in text if character.isalnum()]
    assert expected == [character for character in "".join(texts(text, limit)) if character.isalnum()]


@example("000000000a，000000000a，000000000a，000000a。")
@example("好" * 40 + "。")
@given(st.lists(st.from_regex(r"[你好a-z0-9，。 ]{0,20}[好a-z][。！？，]", fullmatch=True)).map("".join))
def test_segments_add_up_to_the_text(text: str) -> None:
    """Where every part can be pronounced, the segments are the text minus white space."""
    assert squeezed(text) == squeezed("".join(texts(text)))


@given(TEXTS, st.integers(5, 60))
def test_segments_know_their_place(text: str, limit: int) -> None:
    """The spans of the segments are in order, do not overlap, and hold the segments' own text."""
    segments = cut(text, limit)
    assert [segment.text for segment in segments] == [text[segment.start : segment.end] for segment in segments]
    ends = [0] + [end for segment in segments for end in (segment.start, segment.end)]
    assert sorted(ends) == ends


@pytest.mark.parametrize("limit", [12, 20, 45])
def test_pronunciation_marks_are_not_cut(limit: int) -> None:
    """A mark stays in one segment, wherever the limit falls, and its own punctuation is no end."""
    for segment in texts("看‹重|CHONG2›庆火锅‹行, 长|XING2›走" * 8, limit):
        assert segment.count("‹") == segment.count("›")


def test_cutting_takes_time_in_proportion_to_the_text() -> None:
    """A long text of abbreviations is not searched from its beginning at every mark."""
    segment = cut("a. " * 20_000, 40)[-1]
    assert 60_000 - 1 == segment.end


@given(TEXTS)
def test_pauses(text: str) -> None:
    """The last segment has no pause, and double speed halves the others."""
    normal, fast = cut(text, LIMIT), cut(text, LIMIT, speed=2.0)
    assert [0.0] == [segment.pause_s for segment in normal[-1:]] or not normal
    assert [segment.pause_s / 2 for segment in normal] == [segment.pause_s for segment in fast]


def test_sentences() -> None:
    """Sentences become segments of their own, with a sentence's pause between them."""
    first, second = "今天天气非常好，我们一起去公园。", "你想不想跟我们一起去呢？"
    assert [(first, Break.SENTENCE.value), (second, 0.0)] == pauses(first + second)


def test_paragraphs() -> None:
    """Paragraphs are never joined, and their pause is the longest."""
    assert [("标题", Break.PARAGRAPH.value), ("正文", 0.0)] == pauses("标题\n\n正文")


def test_short_sentences_are_joined() -> None:
    """Very short sentences are read together, for natural prosody."""
    assert ["好。是的！我知道了，谢谢。"] == texts("好。是的！我知道了，谢谢。")


def test_a_short_last_sentence_is_joined_to_the_one_before() -> None:
    """There is no next one; where the two together are too long, or it is a paragraph, it stays alone."""
    sentence = "今天天气非常好，我们一起去公园。"
    assert [f"{sentence}后来。"] == texts(f"{sentence}后来。")
    assert [sentence, "后来。"] == texts(f"{sentence}后来。", len(sentence) + 2)
    assert [sentence, "后来。"] == texts(f"{sentence}\n后来。")


def test_long_sentences_are_cut_at_clauses() -> None:
    """A sentence that is too long ends at a clause, with a clause's pause."""
    clause = "这是一个正好有二十个字的很长很长的分句，"
    assert [(clause * 2, Break.CLAUSE.value), (clause, 0.0)] == pauses(clause * 3)


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        # The most clauses that have 16 characters in all.
        ("今天天气真好，我们去公园吧，看看花，听听鸟叫，再喝一杯茶。", "今天天气真好，我们去公园吧，"),
        # A greeting alone would sound clipped.
        ("您好，" + "今天" * 11 + "，" + "看花" * 12 + "。", "您好，" + "今天" * 11 + "，"),
        # No clause ends before the 16th character: the first that ends before the 40th.
        ("我们" * 14 + "，" + "看花" * 12 + "。", "我们" * 14 + "，"),
    ],
)
def test_a_long_text_opens_with_a_short_segment(text: str, opening: str) -> None:
    """What has more than 24 characters in its first segment begins with few of them, whatever comes after."""
    assert [opening, text.removeprefix(opening)] == texts(text, 80)
    assert [opening, text.removeprefix(opening), "然后回家，吃一顿很好的晚饭。"] == texts(
        f"{text}\n然后回家，吃一顿很好的晚饭。", 80
    )
    assert (opening, Break.CLAUSE.value) == pauses(text, 80)[0]


@pytest.mark.parametrize(
    "text",
    [
        "今天的天气真不错，我们一起去公园里散步吧。",  # 24 characters or fewer
        "今天的天气真不错" * 6 + "，你说呢？",  # the rest would sound clipped
        "今天的天气真不错" * 6 + "。",
    ],
)
def test_a_text_without_a_good_place_opens_whole(text: str) -> None:
    """Nothing is cut where a cut would be heard for little."""
    assert [text] == texts(text, 80)


@pytest.mark.parametrize(
    "whole",
    [
        "圆周率约等于3.14159，大家都知道。",
        "请访问www.example.com/a?b=c获取更多信息。",
        "现在时间是12:30:05，价格1,234.5元。",
        "Mr. Wang met J. K. Rowling in the U.S. yesterday.",
    ],
)
def test_marks_inside_words_do_not_cut(whole: str) -> None:
    """Dots, colons and commas of numbers, domains, times and abbreviations are not ends."""
    assert [whole] == texts(whole + "这是后面另外的一句完整的话。", len(whole))[:1]


def test_english_sentences() -> None:
    """A full stop before a space or a Chinese character is an end."""
    first = "This is the first of two sentences."
    assert [first, "This is the second one."] == texts(f"{first} This is the second one.", 24)
    assert [first, "这是第二句完整的话。"] == texts(f"{first}这是第二句完整的话。", 24)


def test_a_letter_is_a_part_of_a_character() -> None:
    """An English sentence of an ordinary length is one segment, and a Chinese one has as many characters as ever."""
    english = "After the meeting the two engineers walked slowly back to the station and talked about their results."
    assert [english] == texts(english, 60)
    chinese = "会议结束后两位工程师慢慢地走回车站一路上谈论着实验的结果"
    assert [chinese * 2 + chinese[:4], chinese[4:]] == texts(chinese * 3, 2 * len(chinese) + 4)


@pytest.mark.parametrize("closers", ["”", "’”", "」", "）", '"', "】》"])
def test_closing_quotes_stay(closers: str) -> None:
    """What closes after a full stop belongs to the sentence before."""
    first = f"“这是一句引用的话，而且不短。{closers}"
    assert [first, "他这样告诉了我们大家。"] == texts(f"{first}他这样告诉了我们大家。", 24)


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "。。。！？", "——……——", "\n\n"])
def test_nothing_to_speak(text: str) -> None:
    """Symbols alone make no segment."""
    assert [] == cut(text, LIMIT)


def test_words_are_not_broken() -> None:
    """Without any punctuation the cut comes between words, or between Chinese characters."""
    assert [" ".join(["international"] * 9)] == texts("international " * 18)[:1]
    assert ["长" * 39, "IndexTTS2"] == texts("长" * 39 + "IndexTTS2")


def test_a_word_longer_than_a_segment() -> None:
    """A word without end is broken rather than refused."""
    assert ["a" * 157, "a" * 157, "a" * 5] == texts("a" * 319)
    assert ["A" * 40, "A" * 40, "A" * 5] == texts("A" * 85)


def test_clauses() -> None:
    """Of a segment's text, without the white space before them; what no mark ends has no break."""
    text = "你好，OK! Yes. 3.14、‹重，要|ZHONG4›的"
    expected = [
        ("你好，", "CLAUSE"),
        ("OK!", "SENTENCE"),
        ("Yes.", "SENTENCE"),
        ("3.14、", "CLAUSE"),
        ("‹重，要|ZHONG4›的", "NONE"),
    ]
    assert expected == [(text[start:end], kind.name) for start, end, kind in clauses(text)]
    assert [] == clauses("")


MARKED = st.lists(st.from_regex(r"‹[你a，.]{0,5}[›|]?", fullmatch=True) | TEXTS, max_size=8).map("".join)


def written(pieces: list[str], limit: int, speed: float = 1.0) -> list[Segment]:
    """The segments of a text that is written in pieces, as they become sure."""
    cutter, text, segments = Cutter(limit, speed), "", list[Segment]()
    for piece in pieces:
        text += piece
        segments += cutter.cut(text, complete=False)
    segments += cutter.cut(text, complete=True)
    return [*segments[:-1], *(replace(last, pause_s=0.0) for last in segments[-1:])]


@example("你好你好。你好我们今天来看一看这个问题：supercalifragilistic你好3.14", 40, 1.0)
@given(TEXTS | PROSE | MARKED, st.integers(5, 90), st.sampled_from([0.5, 1.0]))
def test_a_text_that_is_written(text: str, limit: int, speed: float) -> None:
    """It is cut as it is when it is known whole, though it comes character by character."""
    assert cut(text, limit, speed) == written([*text], limit, speed)


@given(st.lists(TEXTS | PROSE | MARKED, max_size=6), st.integers(5, 90))
def test_a_text_that_comes_in_pieces(pieces: list[str], limit: int) -> None:
    """However it is parted."""
    assert cut("".join(pieces), limit) == written(pieces, limit)


@pytest.mark.parametrize(
    ("sure", "needed"),
    [
        ("今天天气非常好，我们一起去公园。", SHORT),  # fewer might be joined to it
        ("标题\n", 1),
        ("今天的天气真不错，我们一起去公园里散步吧，", SHORT),  # the rest of the sentence would sound clipped
    ],
)
def test_how_much_must_be_known(sure: str, needed: int) -> None:
    """A segment is given as soon as no text that follows could change it."""
    texts = [sure + "好" * more for more in (needed - 1, needed)]
    assert [0, 1] == [len(Cutter(80).cut(text, complete=False)) for text in texts]


def test_cutting_while_writing_takes_time_in_proportion_to_the_text() -> None:
    """What was given is not looked at again, nor is a long line searched from its beginning."""
    text = "这是一个正好有二十个字的很长很长的分句，" * 200
    cutter, count = Cutter(80), 0
    for end in range(len(text)):
        count += len(cutter.cut(text[:end], complete=False))
    assert count > 45
