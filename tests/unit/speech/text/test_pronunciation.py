import operator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.errors import NothingToSpeakError
from speech.text import EnglishWord, Pause, Syllable, character_times, pronounce, pronunciation_of

INITIALS = frozenset(("", *"bpmfdtnlgkhjqxrzcs", "zh", "ch", "sh"))
FINALS = frozenset(
    (
        *("a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "er", "o", "ong", "ou", "v", "van", "ve", "vn"),
        *("i", "ia", "ian", "iang", "iao", "ie", "ii", "iii", "in", "ing", "iong", "iou"),
        *("u", "ua", "uai", "uan", "uang", "uei", "uen", "ueng", "uo"),
    )
)
SIGNS = {Pause.SHORT: "/", Pause.CLAUSE: "|", Pause.SENTENCE: "#"}


def shown(text: str) -> str:
    return " ".join(
        SIGNS[token] if isinstance(token, Pause) else f"{token.initial}{token.final}{token.tone}"
        for token in pronounce(text)
    )


def test_syllables_and_pauses() -> None:
    """A sentence becomes sounds, its punctuation silences."""
    assert (
        Syllable("n", "i", 2),
        Syllable("h", "ao", 3),
        Pause.CLAUSE,
        Syllable("sh", "iii", 4),
        Syllable("j", "ie", 4),
        Pause.SENTENCE,
    ) == pronounce("你好，世界。")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("银‹行|XING2›里", "in2 xing2 li3"),
        ("‹行|hang2›‹行|XING2›长", "hang2 xing2 zhang3"),
        ("‹长大|CHANG2 DA4›", "chang2 da4"),
        ("‹你好|NI3 HAO3›", "ni3 hao3"),  # not ni2 hao3
        ("‹一|YI1›定‹不|BU4›去", "i1 ding4 bu4 qv4"),  # not yi2 ding4 bu2 qu4
        ("一‹行|HANG2›，不‹要|YAO4›", "i4 hang2 | bu2 iao4"),
        ("很‹美|MEI3›", "hen2 mei3"),
        ("好‹啊|A1›，好啊", "hao3 a1 | hao3 ua5"),
        ("1.‹苹|PING2›果", "i1 / ping2 guo3"),
        ("‹绿|lu:4›，‹行|XING2›。", "lv4 | xing2 #"),
        ("‹𰻝|biang2›面", "biang2 mian4"),
        ("OK‹好|HAO5›", "ou1 kei4 hao5"),
    ],
)
def test_marks(text: str, expected: str) -> None:
    """What is marked is said as it is written; the tones beside it change as beside any syllable."""
    assert expected == shown(text)


def test_a_mark_changes_nothing_else() -> None:
    """The words around it are normalised as without it."""
    assert "在二零二六年的银行" == pronunciation_of("在2026‹年|NIAN2›的‹银行|YIN2 HANG2›").spoken
    assert pronounce("我去银行存3.5元") == pronounce("我去‹银行|YIN2 HANG2›存3.5元")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("，。你好", "ni2 hao3"),
        ("你好，。、！吗", "ni2 hao3 # ma5"),
        ("你好 你好", "ni2 hao3 / ni2 hao3"),
        ("用 iPhone 拍照", "iong4 ai1 feng4 pai1 zhao4"),
        ("OK good", "ou1 kei4 / gu3 de5"),
        ("我，我", "uo3 | uo3"),
        ("你好😀", "ni2 hao3"),
    ],
)
def test_pauses(text: str, expected: str) -> None:
    """No pause begins, none meet, the longest wins, and tones do not change across them."""
    assert expected == shown(text)


@pytest.mark.parametrize("text", ["", " ", "😀", "。。。", "\x00", "こんにちは", "'"])
def test_nothing_to_speak(text: str) -> None:
    """Text without a sound is an error that a user can read."""
    with pytest.raises(NothingToSpeakError, match="没有可以朗读的内容"):
        pronounce(text)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=40),
        st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x323AF), max_size=10),
        st.text(alphabet="abcdeghinostuwxyzABC' ", max_size=60),
        st.text(alphabet="0123456789.,:/-~%¥$+×=℃²½Ⅳ①年月日点第个号mkgKTv() 好", max_size=60),
        st.text(
            alphabet="好a1\u0301\u20dd\u200d\u202e\u2066\ue000\ufeff\ufffe\U000f0000👩👧🏽🇨א\u0663が한\0\n", max_size=60
        ),
        st.builds(operator.mul, st.text(min_size=1, max_size=4), st.integers(1, 400)),
    )
)
def test_any_text(text: str) -> None:
    """Any text gives sounds a Mandarin voice has, and pauses that never meet, or the one known error.

    Each of its characters has a time.
    """
    try:
        said = pronunciation_of(text)
    except NothingToSpeakError:
        return
    tokens = said.tokens
    assert len(text) == len(character_times(text, said, [(i, i + 1) for i in range(len(tokens))]))
    syllables = [token for token in tokens if isinstance(token, Syllable)]
    assert {syllable.initial for syllable in syllables} <= INITIALS
    assert {syllable.final for syllable in syllables} <= FINALS
    assert {syllable.tone for syllable in syllables} <= {1, 2, 3, 4, 5}
    assert isinstance(tokens[0], Syllable)
    assert not any(isinstance(a, Pause) and isinstance(b, Pause) for a, b in pairwise(tokens))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好，世界。", ["你", "好", "，", "世", "界", "。"]),
        ("用 iPhone，！", ["用", "iPhone", "iPhone", "！"]),
        ("2个", ["两", "个"]),
        ("\u3402好", ["好"]),
    ],
)
def test_places(text: str, expected: list[str]) -> None:
    """Each sound knows which characters of the normalised text it is of; one that nobody can read has no sound."""
    said = pronunciation_of(text)
    assert expected == [said.spoken[sound.start : sound.end] for sound in said.sounds]
    assert [sound.token for sound in said.sounds] == list(pronounce(text))


def test_threads() -> None:
    """Many threads at once hear what one hears."""
    texts = [f"第{number}号，{number}.5kg苹果还给银行行长。" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert [pronounce(text) for text in texts] == list(pool.map(pronounce, texts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("用 iPhone 拍照", "用 iPhone 拍 照"),
        ("Hello world, 你好", "Hello world ， 你 好"),
        ("我有3个apple", "我 有 三 个 apple"),
        ("I have 3 apples", "I have three apples"),
        ("他说：I have 3. 买了iPhone 3。", "他 说 ： I have three 。 买 了 iPhone 三 。"),
        ("‹行|XING2›说OK", "行 说 OK"),
    ],
)
def test_english(text: str, expected: str) -> None:
    """An engine that speaks English gets English words, without pauses between them, and numbers in their language."""
    said = pronunciation_of(text, ("zh", "en"))
    assert expected == " ".join(said.spoken[sound.start : sound.end] for sound in said.sounds)
    for sound in said.sounds:
        assert not isinstance(sound.token, EnglishWord) or sound.token.letters == said.spoken[sound.start : sound.end]


def test_words() -> None:
    """A syllable knows whether its word ends with it."""
    sounds = pronunciation_of("我们喜欢手机").sounds
    assert "我们|喜欢|手机|" == "".join(
        f"{one}{'|' * sound.ends_word}" for one, sound in zip("我们喜欢手机", sounds, strict=True)
    )
