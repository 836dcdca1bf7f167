"""Characters that are read in another way as a surname than as a word, where a name is likely."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

SURNAMES = {
    "单": "shan4", "解": "xie4", "仇": "qiu2", "查": "zha1", "任": "ren2", "曾": "zeng1", "朴": "piao2", "区": "ou1",
    "华": "hua4", "盖": "ge3", "乐": "yue4", "曲": "qu1", "柏": "bai3", "牟": "mou2", "种": "chong2", "折": "she2",
    "召": "shao4", "员": "yun4", "那": "na1", "哈": "ha3", "都": "du1", "应": "ying1", "过": "guo1", "占": "zhan1",
    "祭": "zhai4", "秘": "bi4", "洗": "xian3", "藏": "zang1", "句": "gou1",
}  # fmt: skip

PERSON = (
    "老师|先生|女士|小姐|太太|夫人|同学|同志|师傅|医生|大夫|护士|律师|警官|阿姨|叔叔|伯伯|大哥|大姐|大爷|大妈|奶奶|爷爷"
)
OFFICE = (
    "总(?=$|[说您你好来在是的和与跟请让也有要])|总经理|经理|总监|董事长|教授|主任|书记|主席|博士|院士|导演|教练|工程师|秘书"
    "|[校院局处科部市县省队班组会厂店站行团社镇乡村]长"
)
GIVEN = (
    "伟芳娜敏静丽强磊洋勇艳杰娟涛超秀霞刚桂英华玉萍娥玲芬燕彬凤洁梅琳素莲荣妹莺媛凡佳嘉琼珍贞莉娣璧璐娅琦晶妍茜珊莎黛倩婷娴瑾颖瑶"
    "婵雁蓓仪丹蓉君琴蕊薇菁梦岚婕馨瑗琰咏卿聪澜悦昭琬茗羽欣滢馥筠柔霭枫芸菲伊姬建国志军俊峰鹏浩宇轩泽辰睿博文斌鑫鸿辉雄晓小大子"
)
LEAD = "(?:^|(?<=[的叫是和与跟给找请由向让对问]))"
"""What a name may follow when its first character is a verb or an adverb elsewhere."""

AFTER = "(?=$|[说您你在是早晚好来和与跟请让也讲])"

# Group 1 is a surname, group 2 what makes it one; both begin and end where words do.
LIKELY = [
    re.compile(pattern)
    for pattern in (
        rf"([单解仇朴曲柏牟盖](?=({PERSON}|{OFFICE})))",  # 单老师
        rf"{LEAD}([华乐](?=({PERSON}|{OFFICE})))",  # 华医生; but 李建华医生
        rf"{LEAD}(区(?=({PERSON})))",  # 区先生; but 校区老师, 区主任
        rf"{LEAD}([任曾](?=({PERSON})))",  # 任老师; but 责任老师
        rf"{LEAD}([任曾查](?=({PERSON}|{OFFICE}){AFTER}))",  # 任主任说, but 任主任三年; 查老师您好, but 查老师的课表
        rf"(?<=姓)([{''.join(SURNAMES)}]())",  # 姓单
        r"(?<![最太很更较极])[老小阿]([单仇任曾]())",  # 小任
        rf"{LEAD}([单解仇查任曾朴柏牟](?=([{GIVEN}]{{1,2}})(?![地{GIVEN}])))",  # 我叫任静
    )
]


def surnames(han: str, words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The places of likely surnames, and their readings; `words` are those of `han`, in order."""
    edges = {0, *accumulate(map(len, words))}
    for pattern in LIKELY:
        for match in pattern.finditer(han):
            if edges.issuperset((match.start(), *match.span(1), match.end(2))):
                yield match.start(1), SURNAMES[match[1]]
