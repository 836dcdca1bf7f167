"""Characters whose grammar in a run of Chinese characters, not their word, decides how they are read."""

import re
from collections.abc import Iterator

MUST = re.compile(r"[我你您他她它们还总都就也又可]得(?![到了过分奖病意出知以])")
GOT = re.compile(r"[我你您他她它们还总都就也又]得(?=[了过分奖病])")
ADVERB = re.compile(
    r"(?:(.)\1|认真|努力|仔细|开心|高兴|快乐|轻松|突然|不断|顺利|成功|积极|主动|自动|热情|安静|大声|小声|小心|耐心"
    r"|细心|用力|亲切|温柔|自然|清楚|明显|逐渐|飞快|迅速|愉快|幸福|清晰|准确|有效|深情|激动|紧张|吃惊|奇怪)地"
    r"(?![址点方铁图板下上面球区震位里]|$)"
)
SUFFIX_ER = re.compile(
    r"(?<=.)(?<![女婴幼孤胎少男健宠小血运弃能患育妻托产生形卡采])(?<![^小男女]孩)(?<!^孩)儿(?![子童女科歌媳庄茶])"
)
SLOWLY = re.compile(r"([慢好早快远满大短紧狠])\1(?=儿)")
MEASURE = re.compile(r"[一二三四五六七八九十百两几每这那哪]只(?![要有能是会好想可得])")
COMPLEMENT = re.compile(r"(?<=[跑走说做写唱吃睡飞跳听看想干打玩穿讲学笑哭长])得(?=[很太快慢好多早晚高低远近更最非特])")
LONG = re.compile(r"[很太更]长(?![大高胖])")
EVENT = re.compile(r"(?<=[一两三几每这那首本])场(?!大?[雨雪病梦空风灾])")
REACHED = re.compile(r"(?<=[用犯够睡找管摸猜见数]不)着(?!急)")
TRIED = re.compile(
    r"([想走写找洗打讲改买跑躺补理扫管躲忍品养])\1(?!\1|提)(?<!\1\1\1)|(?<=[请再])等等|等等(?=[我你他她它吧])"
)
DIRECTION = re.compile(
    r"(?<=[走跑飞爬站坐跳拿带送搬抬举放看说想听写画算聊谈传冲闯流涌追赶退推拉扔投递交收捡掉落滚翻钻伸缩弯抬醒活]"
    r"[上下进出回过起])[来去](?!年)"
)
PLACE = re.compile(
    r"(?<=[城水雨雪风火山村店车船床桌嘴眼脚肚梦书信话屋楼园河江湖海田林洞井锅碗杯盆盒箱柜包袋怀群队圈厂班房馆县校国])里"
    r"(?![面边头外程尔斯弄雅昂萨红蕻])"
)
UPON = re.compile(r"(?<=[墙手书纸街树天头嘴腿背肩船子界面议])上(?=$|[的有都是没就也最])")
EVER = re.compile(
    r"(?<=[去来看吃听说做写用住到问想见学当买试玩读打有坐喝谈])过(?![去来程度分于渡滤年节期街好生周时头高人错站之瘾])"
)
PARTICLES = (
    (MEASURE, "zhi1"),
    (ADVERB, "de5"),
    (SUFFIX_ER, "er5"),
    (SLOWLY, "1"),
    (MUST, "dei3"),
    (GOT, "de2"),
    (COMPLEMENT, "de5"),
    (EVENT, "chang3"),
    (LONG, "chang2"),
    (REACHED, "zhao2"),
    (TRIED, "5"),
    (DIRECTION, "5"),
    (PLACE, "5"),
    (UPON, "5"),
    (EVER, "5"),
)
"""A whole reading, or a tone alone, for the last character of what is found."""


def particles(han: str) -> Iterator[tuple[int, str]]:
    """The places where grammar, not a word, decides how a character is read, and its reading or its tone alone."""
    for pattern, pinyin in PARTICLES:
        for match in pattern.finditer(han):
            yield match.end() - 1, pinyin
