import warnings

import pytest

from speech.text.polyphones import polyphones
from speech.text.readings import read

SENTENCES = (
    "他在银行工作了两年，行长对他很好。",
    "1990年9月15日，在克里米亚发现了此天体。",
    "这件衣服的颜色很鲜艳，只有一件，为的是让人看得清楚。",
    "他弄丢了钥匙😀，还得重新配一把",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_it_is_the_model_of_the_package(sentence: str) -> None:
    """ONNX Runtime chooses as the package's own code does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it does not close its files
        from g2pM import G2pM  # noqa: PLC0415

        theirs = G2pM()(sentence, tone=True, char_split=True)
    ours = polyphones().read(sentence)
    assert ours
    assert {place: theirs[place].replace("u:", "v") for place in ours} == ours


@pytest.mark.parametrize("sentence", ["", "abc", "。", "天"])
def test_what_has_one_reading_is_not_asked_for(sentence: str) -> None:
    """Nothing is said of characters that are read in one way, and of those that are none."""
    assert {} == polyphones().read(sentence)


@pytest.mark.parametrize(
    ("sentence", "pinyin"),
    [
        ("为了解决问题", "wei4 le5 jie3 jue2 wen4 ti2"),
        ("节目的时间", "jie2 mu4 de5 shi2 jian1"),
        ("一种植物", "yi1 zhong3 zhi2 wu4"),
        ("委员会计划", "wei3 yuan2 hui4 ji4 hua4"),
        ("每年都会来", "mei3 nian2 dou1 hui4 lai2"),
        ("他长得像妈妈", "ta1 zhang3 de5 xiang4 ma1 ma5"),
        ("头发长了", "tou2 fa5 chang2 le5"),
        ("把书还给图书馆，还有时间", "ba3 shu1 huan2 gei3 tu2 shu1 guan3 hai2 you3 shi2 jian1"),
        ("一场比赛和一场大雨", "yi1 chang3 bi3 sai4 he2 yi1 chang2 da4 yu3"),
    ],
)
def test_words_do_not_begin_inside_others(sentence: str, pinyin: str) -> None:
    """A text is cut into the words that it is likely to have, and single characters are read as the sentence asks."""
    assert pinyin.split() == [syllable for word in read(sentence) for syllable in word.pinyin]
