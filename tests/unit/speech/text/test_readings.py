from collections.abc import Iterator, Mapping
from importlib.resources import files

import pytest
from pypinyin.constants import PHRASES_DICT
from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.phrases_dict import phrases_dict
from rjieba import Jieba

from speech.text import readings
from speech.text.readings import Word, read

READINGS = """
银行 yin2 hang2
行走 xing2 zou3
长大 zhang3 da4
长度 chang2 du4
很长 hen3 chang2
长高了 zhang3 gao1 le5
重要 zhong4 yao4
重复 chong2 fu4
音乐 yin1 yue4
快乐 kuai4 le4
觉得 jue2 de5
睡觉 shui4 jiao4
着急 zhao2 ji2
看着 kan4 zhe5
睡着了 shui4 zhao2 le5
还有 hai2 you3
还是 hai2 shi4
还款 huan2 kuan3
还钱 huan2 qian2
归还 gui1 huan2
了解 liao3 jie3
走了 zou3 le5
得到 de2 dao4
跑得快 pao3 de5 kuai4
教室 jiao4 shi4
教书 jiao1 shu1
朝阳区 chao2 yang2 qu1
为了 wei4 le5
因为 yin1 wei4
成为 cheng2 wei2
认为 ren4 wei2
以为 yi3 wei2
重庆 chong2 qing4
长城 chang2 cheng2
行长 hang2 zhang3
还没 hai2 mei2
音乐会 yin1 yue4 hui4
乐意 le4 yi4
都是 dou1 shi4
首都 shou3 du1
成都 cheng2 du1
好说 hao3 shuo1
爱好 ai4 hao4
好奇 hao4 qi2
处理 chu3 li3
到处 dao4 chu4
只有 zhi3 you3
两只 liang3 zhi1
三只 san1 zhi1
的确 di2 que4
目的 mu4 di4
没有 mei2 you3
淹没 yan1 mo4
土地 tu3 di4
调整 tiao2 zheng3
声调 sheng1 diao4
空调 kong1 tiao2
转身 zhuan3 shen1
便宜 pian2 yi5
方便 fang1 bian4
参加 can1 jia1
人参 ren2 shen1
出差 chu1 chai1
参差 cen1 ci1
对称 dui4 chen4
传说 chuan2 shuo1
自传 zi4 zhuan4
弹琴 tan2 qin2
子弹 zi3 dan4
当时 dang1 shi2
上当 shang4 dang4
倒水 dao4 shui3
摔倒 shuai1 dao3
恶心 e3 xin1
可恶 ke3 wu4
发现 fa1 xian4
分钟 fen1 zhong1
成分 cheng2 fen4
十分 shi2 fen1
干活 gan4 huo2
更加 geng4 jia1
更新 geng1 xin1
供应 gong1 ying4
冠军 guan4 jun1
号码 hao4 ma3
暖和 nuan3 huo5
会计 kuai4 ji4
几乎 ji1 hu1
几个 ji3 ge4
假期 jia4 qi1
真假 zhen1 jia3
将来 jiang1 lai2
角色 jue2 se4
角度 jiao3 du4
结果 jie2 guo3
结实 jie1 shi5
尽管 jin3 guan3
尽力 jin4 li4
禁止 jin4 zhi3
空气 kong1 qi4
有空 you3 kong4
累积 lei3 ji1
很累 hen3 lei4
数量 shu4 liang4
落下 luo4 xia4
效率 xiao4 lv4
率领 shuai4 ling3
明白 ming2 bai5
模样 mu2 yang5
模型 mo2 xing2
困难 kun4 nan2
灾难 zai1 nan4
宁可 ning4 ke3
强大 qiang2 da4
勉强 mian3 qiang3
歌曲 ge1 qu3
弯曲 wan1 qu1
散步 san4 bu4
散文 san3 wen2
少年 shao4 nian2
很少 hen3 shao3
宿舍 su4 she4
省钱 sheng3 qian2
反省 fan3 xing3
盛大 sheng4 da4
似的 shi4 de5
似乎 si4 hu1
相似 xiang1 si4
数学 shu4 xue2
提高 ti2 gao1
挑选 tiao1 xuan3
挑战 tiao3 zhan4
相信 xiang1 xin4
照相 zhao4 xiang4
校对 jiao4 dui4
学校 xue2 xiao4
高兴 gao1 xing4
兴奋 xing1 fen4
血液 xue4 ye4
要求 yao1 qiu2
应该 ying1 gai1
反应 fan3 ying4
参与 can1 yu4
记载 ji4 zai3
下载 xia4 zai4
载人 zai4 ren2
扎实 zha1 shi5
包扎 bao1 za1
正月 zheng1 yue4
正在 zheng4 zai4
只要 zhi3 yao4
中国 zhong1 guo2
中奖 zhong4 jiang3
种树 zhong4 shu4
种类 zhong3 lei4
转账 zhuan3 zhang4
桌子 zhuo1 zi5
孩子 hai2 zi5
男子 nan2 zi3
电子 dian4 zi3
妈妈 ma1 ma5
朋友 peng2 you5
大夫 dai4 fu5
什么 shen2 me5
为什么 wei4 shen2 me5
头发 tou2 fa5
西藏 xi1 zang4
收藏 shou1 cang2
背包 bei1 bao1
后背 hou4 bei4
奇数 ji1 shu4
打折 da3 zhe2
给予 ji3 yu3
供给 gong1 ji3
尽快 jin3 kuai4
角落 jiao3 luo4
曝光 bao4 guang1
屏住 bing3 zhu4
剥削 bo1 xue1
教我 jiao1 wo3
重做 chong2 zuo4
重新 chong2 xin1
倒计时 dao4 ji4 shi2
长假 chang2 jia4
看家 kan1 jia1
他得了奖 ta1 de2 le5 jiang3
我得走了 wo3 dei3 zou3 le5
妈妈地址 ma1 ma5 di4 zhi3
慢慢地走 man4 man4 de5 zou3
认真地学 ren4 zhen1 de5 xue2
女儿 nv3 er2
花儿 hua1 er5
绿色 lv4 se4
旅游 lv3 you2
调查 diao4 cha2
调皮 tiao2 pi2
打个电话 da3 ge4 dian4 hua4
那里 na4 li5
我把书还给他了 wo3 ba3 shu1 huan2 gei3 ta1 le5
这首歌很好听 zhe4 shou3 ge1 hen3 hao3 ting1
天气预报说明天下雨 tian1 qi4 yu4 bao4 shuo1 ming2 tian1 xia4 yu3
请稍后再试 qing3 shao1 hou4 zai4 shi4
系统正在处理您的请求 xi4 tong3 zheng4 zai4 chu3 li3 nin2 de5 qing3 qiu2
这样做的目的是提高效率 zhe4 yang4 zuo4 de5 mu4 di4 shi4 ti2 gao1 xiao4 lv4
他长得很高 ta1 zhang3 de5 hen3 gao1
明天几点上班 ming2 tian1 ji3 dian3 shang4 ban1
他的头发很长 ta1 de5 tou2 fa5 hen3 chang2
别着凉 bie2 zhao2 liang2
人们都觉得好 ren2 men5 dou1 jue2 de5 hao3
中间 zhong1 jian1
子女 zi3 nv3
地铁 di4 tie3
发展中国家 fa1 zhan3 zhong1 guo2 jia1
中国银行行长 zhong1 guo2 yin2 hang2 hang2 zhang3
大家都来了 da4 jia1 dou1 lai2 le5
北京大学生 bei3 jing1 da4 xue2 sheng1
还要多少钱 hai2 yao4 duo1 shao5 qian2
他还了书 ta1 huan2 le5 shu1
音量 yin1 liang4
重量 zhong4 liang4
量血压 liang2 xue4 ya1
血压 xue4 ya1
数据 shu4 ju4
参数 can1 shu4
倒下 dao3 xia4
当作 dang4 zuo4
恰当 qia4 dang4
适当 shi4 dang4
干部 gan4 bu4
饼干 bing3 gan1
空白 kong4 bai2
空间 kong1 jian1
填空 tian2 kong4
兴趣 xing4 qu4
中午 zhong1 wu3
打中 da3 zhong4
分量 fen4 liang4
水分 shui3 fen4
充分 chong1 fen4
过分 guo4 fen4
间隔 jian4 ge2
房间 fang2 jian1
降落 jiang4 luo4
投降 tou2 xiang2
似是而非 si4 shi4 er2 fei1
宝藏 bao3 zang4
称职 chen4 zhi2
悄悄 qiao1 qiao1
悄然 qiao3 ran2
炮弹 pao4 dan4
弹性 tan2 xing4
弹窗 tan2 chuang1
评弹 ping2 tan2
逮捕 dai4 bu3
单于 chan2 yu2
吐鲁番 tu3 lu3 fan1
厦门 xia4 men2
大厦 da4 sha4
蚌埠 beng4 bu4
六安 lu4 an1
台州 tai1 zhou1
东莞 dong1 guan3
丽水 li2 shui3
亳州 bo2 zhou1
尉迟 yu4 chi2
仇恨 chou2 hen4
模板 mu2 ban3
模式 mo2 shi4
宁愿 ning4 yuan4
泡沫 pao4 mo4
强迫 qiang3 po4
倔强 jue2 jiang4
曲线 qu1 xian4
撒谎 sa1 huang3
塞子 sai1 zi5
丧失 sang4 shi1
沙发 sha1 fa1
理发 li3 fa4
折本 she2 ben3
骨折 gu3 zhe2
脏话 zang1 hua4
心脏 xin1 zang4
诈骗 zha4 pian4
油炸 you2 zha2
爆炸 bao4 zha4
涨价 zhang3 jia4
症状 zheng4 zhuang4
只身 zhi1 shen1
作坊 zuo1 fang5
钻石 zuan4 shi2
咳嗽 ke2 sou5
答应 da1 ying5
答案 da2 an4
扫帚 sao4 zhou5
扫地 sao3 di4
号召 hao4 zhao4
号叫 hao2 jiao4
哗啦 hua1 la1
晃动 huang4 dong4
混合 hun4 he2
看守 kan1 shou3
露馅 lou4 xian4
露天 lu4 tian1
埋怨 man2 yuan5
蔓延 man4 yan2
闷热 men1 re4
迫击炮 pai3 ji1 pao4
便便 bian4 bian4
铺路 pu1 lu4
店铺 dian4 pu4
亲家 qing4 jia5
说服 shuo1 fu2
游说 you2 shui4
拓片 ta4 pian4
开拓 kai1 tuo4
鲜见 xian3 jian4
巷道 hang4 dao4
小巷 xiao3 xiang4
削弱 xue1 ruo4
殷红 yan1 hong2
佣金 yong4 jin1
予以 yu3 yi3
熨斗 yun4 dou3
轧钢 zha2 gang1
择菜 zhai2 cai4
粘贴 zhan1 tie1
挣扎 zheng1 zha2
挣钱 zheng4 qian2
着落 zhuo2 luo4
我们 wo3 men5
切菜 qie1 cai4
削苹果 xiao1 ping2 guo3
干净 gan1 jing5
三只羊 san1 zhi1 yang2
长 chang2
谁 shei2
得 de5
嗯 en5
调低 tiao2 di1
慢慢儿 man4 man1 er5
好好儿 hao3 hao1 er5
小孩儿 xiao3 hai2 er5
婴儿 ying1 er2
混血儿 hun4 xue4 er2
生儿育女 sheng1 er2 yu4 nv3
学校里 xue2 xiao4 li5
城里 cheng2 li5
里程 li3 cheng2
墙上的画 qiang2 shang5 de5 hua4
孩子上学 hai2 zi5 shang4 xue2
走上去 zou3 shang4 qu5
晚上去看 wan3 shang5 qu4 kan4
去过北京 qu4 guo5 bei3 jing1
过去 guo4 qu4
睡不着 shui4 bu4 zhao2
不着急 bu4 zhao2 ji2
六安 lu4 an1
铅山 yan2 shan1
洪洞 hong2 tong2
番禺 pan1 yu2
乐亭 lao4 ting2
浚县 xun4 xian4
尉氏 wei4 shi4
歙县 she4 xian4
会稽 kuai4 ji1
阿房宫 e1 pang2 gong1
"""


@pytest.mark.parametrize(("han", "expected"), [line.split(" ", 1) for line in READINGS.strip().splitlines()])
def test_readings(han: str, expected: str) -> None:
    """A character with several readings takes the one its word asks for, before tone sandhi."""
    assert expected == " ".join(syllable for word in read(han) for syllable in word.pinyin)


LIGHT = """
巴掌 白净 班子 扁担 薄荷 补丁 裁缝 苍蝇 差事 窗户 伺候 打扮 打发 大夫 耽误 道士 点心 东西 豆腐 队伍 耳朵 风筝
福气 高粱 告诉 疙瘩 胳膊 工夫 姑娘 故事 关系 官司 规矩 闺女 哈欠 孩子 含糊 行当 合同 和尚 核桃 葫芦 糊涂 护士
活泼 伙计 机灵 家伙 嫁妆 将就 交情 结实 街坊 姐夫 戒指 咳嗽 客气 口袋 窟窿 快活 阔气 喇叭 老婆 老实 累赘 篱笆
力气 厉害 利索 粮食 铃铛 啰嗦 萝卜 骆驼 麻烦 马虎 买卖 馒头 眉毛 迷糊 苗条 名字 明白 蘑菇 脑袋 念叨 娘家 奴才
女婿 暖和 朋友 脾气 屁股 便宜 漂亮 葡萄 欺负 亲戚 勤快 清楚 亲家 拳头 热闹 人家 认识 扫帚 商量 烧饼 少爷 舌头
牲口 师傅 石榴 时候 使唤 事情 收拾 首饰 叔叔 舒服 疏忽 爽快 思量 岁数 踏实 太阳 特务 挑剔 跳蚤 头发 妥当 唾沫
娃娃 外甥 晚上 尾巴 委屈 稳当 窝囊 稀罕 媳妇 喜欢 下巴 吓唬 先生 乡下 相声 消息 笑话 谢谢 心思 星星 行李 兄弟
休息 秀才 学生 学问 丫头 衙门 哑巴 眼睛 秧歌 养活 钥匙 衣服 衣裳 意思 应酬 冤枉 月饼 月亮 云彩 运气 在乎 早上
怎么 扎实 栅栏 张罗 丈夫 帐篷 招呼 折腾 芝麻 知识 指甲 主意 转悠 庄稼 壮实 状元 自在 祖宗 嘴巴 琢磨 桌子 柱子
袖子 豹子 小伙子 打招呼
"""


@pytest.mark.parametrize("likely", [None, {}])
def test_light_syllables(likely: dict[int, str] | None) -> None:
    """Words that must end lightly, as 《普通话水平测试实施纲要》 (2004) lists them, do, with the model and without."""
    assert [] == [word for word in LIGHT.split() if not read(word, likely)[-1].pinyin[-1].endswith("5")]


def test_unreadable_characters() -> None:
    """A character nobody knows how to read is left out, and its neighbours stay."""
    assert [Word("好好", ("hao3", "hao3"))] == read("好\U000323af好")


@pytest.fixture
def _bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The dictionaries without what we taught them."""
    for word in readings._PHRASES:
        if word in phrases_dict:
            monkeypatch.setitem(PHRASES_DICT, word, phrases_dict[word])
        else:
            monkeypatch.delitem(PHRASES_DICT, word)
    monkeypatch.setattr(readings, "_JIEBA", Jieba())
    readings._known.cache_clear()
    yield
    readings._known.cache_clear()


@pytest.mark.usefixtures("_bare")
def test_every_phrase_is_needed() -> None:
    """The dictionaries read each of our phrases wrongly, alone or with the model, and none is in a list twice."""
    taught = {word: [tone3(syllable) for syllable in pinyin] for word, pinyin in readings._PHRASES.items()}
    assert [] == [word for word, pinyin in taught.items() if pinyin == syllables(word, {}) == syllables(word)]
    listed = files("speech.text").joinpath("neutral.txt").read_text("utf-8").split()
    listed += [line.split()[0] for line in files("speech.text").joinpath("phrases.txt").read_text("utf-8").splitlines()]
    assert len(listed) == len(taught)


def tone3(syllable: str) -> str:
    return to_tone3(syllable, v_to_u=False, neutral_tone_with_five=True)


def syllables(word: str, likely: Mapping[int, str] | None = None) -> list[str]:
    return [syllable for one in read(word, likely) for syllable in one.pinyin]
