import pytest

from api.synthesis.durations import least_s, most_s, unusual_s

READ = {
    "好": 1,
    "今天天气真好，我们去公园散步吧。": 14,
    "$1,234,567": 15,
    "90000": 2,
    "2026年11月29日": 12,
    "13800138000": 11,
    "99.99%": 8,
    "-5℃": 5,
    "WWW": 9,
    "a, b, c, d": 7,
    "一 二 三 四": 7,
    "USB": 3,
    "Hello, how are you today?": 8,
    "supercalifragilisticexpialidocious": 14,
    "https://a.cn/b": 16,
    "12:05:59": 10,
    "他‹行|XING2›": 2,
    "晕XUAN4是一种GAN3觉": 7,
    "哈哈哈哈哈哈哈哈": 2,
    "……": 0,
    "龘😀ひら": 0,
}
"""How many syllables these are, and pauses between letters; a laugh may be short, and the last two passed over."""


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("text", READ)
def test_however_a_text_is_read_it_fits(text: str, speed: float) -> None:
    """By a quick speaker, ten syllables a second, and by a slow one, two a second with some pauses, at any speed."""
    assert least_s(text, speed) <= max(0.1 * READ[text], 0.06) / speed
    assert most_s(text, speed) >= (0.5 * READ[text] + 2) / speed


@pytest.mark.parametrize("text", ["好", "今天天气真好，我们去公园散步吧。", "Hello, how are you today?"])
def test_the_bounds_are_of_use(text: str) -> None:
    """What is unusual for a text comes between what it takes, and what nobody takes, which is not the tenfold."""
    usual_s = 0.22 * READ[text]
    assert least_s(text, 1.0) < usual_s < unusual_s(text, 1.0) < most_s(text, 1.0) < 10 * usual_s + 2
