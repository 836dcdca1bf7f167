"""Chinese texts to be spoken, none twice: Triton would answer a repeated segment from its cache."""

from collections.abc import Callable, Sequence
from random import Random

WHEN = ("今天", "昨天", "早上", "中午", "傍晚", "夜里", "周末", "春天", "去年", "刚才", "后来", "放假时", "下雨天")
WHO = ("妈妈", "爸爸", "老师", "同学", "邻居", "医生", "司机", "小王", "小李", "经理", "奶奶", "弟弟", "客人", "朋友们")
WHERE = ("在家里", "在公园", "在学校", "在河边", "在车站", "在山上", "在商店", "在院子里", "在图书馆", "在办公室")
HOW = ("慢慢地", "高兴地", "认真地", "安静地", "匆忙地", "一起", "独自", "悄悄地", "耐心地", "仔细地", "又一次", "终于")
DO = ("看见", "买到", "整理", "讨论", "寻找", "画下", "记住", "准备", "介绍", "打扫", "想起", "修好", "带来", "拍下")
WHAT = ("一本书", "旧照片", "新自行车", "一只小猫", "晚饭", "两封信", "窗外的树", "那把雨伞", "三张车票", "一首老歌")
CLAUSE = (WHEN, WHO, WHERE, HOW, DO, WHAT)

KINDS = ("short", "long", "mixture")


class Texts:
    """`of` a kind, or of a number of characters: clauses of drawn words, cut to that number."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - not for secrets
        self._given: set[str] = set()

    def of(self, kind: str) -> str:
        return self.sized(LENGTHS[kind](self._random))

    def sentence(self, characters: int) -> str:
        """Without a mark inside: up to the longest of the voice it is spoken as one segment."""
        return self.sized(characters, ("",))

    def sized(self, characters: int, marks: Sequence[str] = "，，。！") -> str:
        while (text := self._draw(characters, marks)) in self._given:
            pass
        self._given.add(text)
        return text

    def _draw(self, characters: int, marks: Sequence[str]) -> str:
        text = ""
        while len(text) < characters:
            text += "".join(map(self._random.choice, CLAUSE)) + self._random.choice(marks)
        return text[: characters - 1] + "。"


def _mixture(random: Random) -> int:
    """70 % short, 25 % of 100 to 300 characters, 5 % of 600 to 1000."""
    sort = random.random()
    if sort < 0.7:  # noqa: PLR2004 - the shares stand above
        return 20
    return random.randint(100, 300) if sort < 0.95 else random.randint(600, 1000)  # noqa: PLR2004


LENGTHS: dict[str, Callable[[Random], int]] = {"short": lambda _: 20, "long": lambda _: 600, "mixture": _mixture}
