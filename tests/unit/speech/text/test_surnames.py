import pytest

from speech.text.readings import read

NAMES = """
单老师 shan4 lao3 shi1
我姓单 wo3 xing4 shan4
解先生来了 xie4 xian1 sheng5 lai2 le5
仇总 qiu2 zong3
查老师您好 zha1 lao3 shi1 nin2 hao3
任主任说 ren2 zhu3 ren4 shuo1
请任老师发言 qing3 ren2 lao3 shi1 fa1 yan2
曾同学 zeng1 tong2 xue2
老曾 lao3 zeng1
朴女士 piao2 nv3 shi4
区先生 ou1 xian1 sheng5
华医生 hua4 yi1 sheng1
盖先生 ge3 xian1 sheng5
我叫任静 wo3 jiao4 ren2 jing4
单雄 shan4 xiong2
曾晓伟 zeng1 xiao3 wei3
曾国藩 zeng1 guo2 fan1
尉迟恭 yu4 chi2 gong1
长孙无忌 zhang3 sun1 wu2 ji4
万俟先生 mo4 qi2 xian1 sheng5
"""

WORDS = """
单位经理 dan1 wei4 jing1 li3
简单教授 jian3 dan1 jiao4 shou4
订单总数 ding4 dan1 zong3 shu4
了解老师 liao3 jie3 lao3 shi1
查老师的课表 cha2 lao3 shi1 de5 ke4 biao3
调查医生 diao4 cha2 yi1 sheng1
信任老师 xin4 ren4 lao3 shi1
他任教授三年 ta1 ren4 jiao4 shou4 san1 nian2
我叫任何人 wo3 jiao4 ren4 he2 ren2
他曾总结过 ta1 ceng2 zong3 jie2 guo4
小曾经常来 xiao3 zeng1 jing1 chang2 lai2
曾静静地看 ceng2 jing4 jing4 de5 kan4
校区老师 xiao4 qu1 lao3 shi1
区主任 qu1 zhu3 ren4
中华先生 zhong1 hua2 xian1 sheng5
姓名单 xing4 ming2 dan1
老区 lao3 qu1
盖上 gai4 shang4
黄佩华先生 huang2 pei4 hua2 xian1 sheng5
"""


@pytest.mark.parametrize(("han", "expected"), [line.split(" ", 1) for line in NAMES.strip().splitlines()])
def test_names(han: str, expected: str) -> None:
    """A surname is read as one before a title, after 姓 and in a name."""
    assert expected == " ".join(syllable for word in read(han) for syllable in word.pinyin)


@pytest.mark.parametrize(("han", "expected"), [line.split(" ", 1) for line in WORDS.strip().splitlines()])
def test_words(han: str, expected: str) -> None:
    """The same characters stay as they are in words, and where they are verbs."""
    assert expected == " ".join(syllable for word in read(han) for syllable in word.pinyin)
