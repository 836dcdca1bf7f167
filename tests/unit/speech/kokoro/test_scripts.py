import pytest

from speech.errors import NotSupportedByEngineError
from speech.kokoro.scripts import readable


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("你好，こんにちは！", "日文假名：こんにちは"),
        ("東京へ行く", "日文假名：東京へ行く"),
        ("私の名前は田中です", "日文假名：私の名前は田中です"),
        ("ｶﾀｶﾅ", "日文假名：ｶﾀｶﾅ"),
        ("안녕하세요", "韩文：안녕하세요"),
        ("say Привет now", "西里尔字母（俄文等）：Привет"),
        ("مرحبا", "阿拉伯文：مرحبا"),
        ("สวัสดี", "泰文：สวัสดี"),
        ("हिन्दी", "天城文（印地文等）：हिन्दी"),
        ("ගම", "这种文字：ගම"),
    ],
)
def test_other_writing(text: str, message: str) -> None:
    """A word in another writing is an error with its own code, which names the writing and the word."""
    with pytest.raises(NotSupportedByEngineError, match=f"not_supported_by_engine: .*读不了{message}$"):
        readable(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("鲜の每日", "鲜的每日"),
        ("café naïve Zoë ﬁne ２", "café naïve Zoë ﬁne ２"),
        ("α + β = Ω，ℵ 0，10 µm", "α + β = Ω，ℵ 0，10 µm"),
        ("人々 嗨ー〆", "人々 嗨ー〆"),
        ("(ﾟДﾟ) ¯\\_(ツ)_/¯ ヽ(・ω・)ノ", "(ﾟДﾟ) ¯\\_(ツ)_/¯ ヽ(・ω・)ノ"),
        ("", ""),
    ],
)
def test_readable(text: str, expected: str) -> None:
    """Chinese, Latin and Greek letters, signs and faces stay; の between Chinese characters is 的."""
    assert expected == readable(text)
