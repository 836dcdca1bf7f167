import pytest

from speech.errors import InvalidPronunciationError
from speech.indextts2.text import spoken

HAN = frozenset(map(chr, range(0x4E00, 0x9FA6))) - {"彧", "龘"}
VOCABULARY = HAN | {"XVAN4", "GAN3", "YU4", "CHANG2", "NI3", "HAO3", "XING2", "A1"}


def _check(text: str, expected: str) -> None:
    assert expected == spoken(text, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好世界是 hello world 的中文", "你 好 世 界 是 HELLO WORLD 的 中 文"),
        ("晕XUAN4是一种gan3觉", "晕 XVAN4 是 一 种 GAN3 觉"),
        ("不读衣chang2，而是", "不 读 衣 CHANG2, 而 是"),
        ("ni3 hao3", "NI3 HAO3"),
        ("银<行|XING2>里", "银 XING2 里"),
        ("银‹行|xing2›里‹晕|xuan4›", "银 XING2 里 XVAN4"),
        ("‹你好|NI3 HAO3›2026年", "NI3 HAO3 二 零 二 六 年"),
        ("‹啊|A1›！", "A1!"),
        ("共465篇，约315万字", "共 四 百 六 十 五 篇 , 约 三 百 一 十 五 万 字"),
        ("臺灣", "台 湾"),
        ("克里斯托弗·诺兰", "克 里 斯 托 弗 - 诺 兰"),
        ("约瑟夫·高登-莱维特", "约 瑟 夫 - 高 登 - 莱 维 特"),
        ("写给user@example.com", "写 给 USER 艾 特 EXAMPLE 点 COM"),
        ("荀彧", "荀 YU4"),
        ("你龘好", "你 好"),
        ("A4纸", "A 四 纸"),
        ("GPT-5很强，还有F5-TTS和Wi-Fi", "GPT- 五 很 强 , 还 有 F 五 -TTS 和 WI-FI"),
        ("电话135-4567-8900", "电 话 幺 三 五 , 四 五 六 七 , 八 九 零 零"),
        ("价格是$12.5", "价 格 是 十 二 点 五 美 元"),
    ],
)
def test_chinese(text: str, expected: str) -> None:
    """Characters stand apart, letters are capitals, marks keep their figures, a rare character is its pinyin."""
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好，世界。", "你 好 , 世 界 ."),
        ("一、二；三：四", "一 , 二 , 三 , 四"),
        ("好！好？", "好 ! 好 ?"),
        ("这酒...有毒……", "这 酒 … 有 毒 …"),
        ("上——下", "上 - 下"),
        ("我（好）。", "我 ' 好 '."),
        ("（旁白）天黑了", "' 旁 白 ' 天 黑 了"),
        ("他说：“好！”然后…", "他 说 ,' 好 !' 然 后 …"),
        ("《盗梦空间》", "' 盗 梦 空 间 '"),
        ("‘好’", "' 好 '"),
        ("真的？！", "真 的 ?"),
        ("真的！。", "真 的 !"),
        ("第一行\n第二行", "第 一 行 . 第 二 行"),
        ("，好", "好"),
        ("hello, world!", "HELLO, WORLD!"),
        ("Hello! How are you? Fine; ok", "HELLO! HOW ARE YOU? FINE, OK"),
        ("你好！Hello", "你 好 ! HELLO"),
    ],
)
def test_punctuation(text: str, expected: str) -> None:
    """Punctuation is upstream's ASCII; of pauses that meet the strongest stays, and none at the beginning."""
    _check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See you at 8:00 AM", "SEE YOU AT EIGHT AM"),
        ("only $12.5 for 3 apples.", "ONLY TWELVE POINT FIVE DOLLARS FOR THREE APPLES."),
        ("where's the money?", "WHERE IS THE MONEY?"),
        ("It’s her mother's 2nd", "IT IS HER MOTHER'S SECOND"),
        ("今天 it's a good day 8", "今 天 IT IS A GOOD DAY 八"),
        ("5kg", "五 千 克"),
        ("user@example.com 5", "USER 艾 特 EXAMPLE 点 COM 五"),
        ("it's (very) 'good'", "IT IS 'VERY' 'GOOD'"),
    ],
)
def test_english(text: str, expected: str) -> None:
    """A text of English words reads its numbers in English, and says is for 's; a unit or address is no such text."""
    _check(text, expected)


@pytest.mark.parametrize("text", ["", " \n", "“”（）", "😀", "。，！", "こんにちは", "\x00", "龘", "<|>", "-"])
def test_nothing(text: str) -> None:
    """What nobody pronounces becomes nothing."""
    _check(text, "")


@pytest.mark.parametrize("mark", ["‹行|HANG2›", "‹行|HONGG2›", "‹行|XING2 XING2›"])
def test_a_mark_that_cannot_be_said(mark: str) -> None:
    """What is no pinyin, or none that the model knows, is an error and never another reading."""
    with pytest.raises(InvalidPronunciationError, match=r"‹行\|.*›"):
        spoken(f"银{mark}里", VOCABULARY)
