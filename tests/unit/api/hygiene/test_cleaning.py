"""All kinds of hygiene together."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hygiene.cleaning import NOTHING, Cleaning
from api.script.edits import SpokenText

ANSWER = """\
## 安装 🚀

1. 运行 `pip install x_y`，见[文档](https://docs.example.com/a?b=1)[1]。
2. 写信给 **a.b@c.com**（可选）。

```python
print("$x$")
```

公式 $a_1*b_1$ 与 `$HOME`、`$PATH` 无关。
"""


def read(text: str, cleaning: Cleaning = Cleaning()) -> str:  # noqa: B008 - it is frozen
    return cleaning.clean(SpokenText.of(text)).text


def test_an_answer_of_a_chat_model() -> None:
    """It is read as a person would: kinds that meet do not disturb each other."""
    assert [
        "安装",
        "1、运行 pip install x y，见文档。",
        "2、写信给 a点b艾特c点com（可选）。",
        "代码略。",
        "公式 a 1乘b 1 与 HOME、PATH 无关。",
    ] == [line.strip() for line in read(ANSWER).splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("cleaning", "text", "spoken"),
    [
        ({"markdown": True}, "**重**要", "重要"),
        ({"code": "notice"}, "看：\n```\nx\n```\n用`f(x)`", "看：\n代码略。\n用f x"),
        ({"code": "skip"}, "看：\n```\nx\n```\n`<div>`", "看：\n\ndiv"),
        ({"latex": True}, "$x^2$", "x的平方"),
        ({"urls": "host"}, "https://u:p@www.12306.cn:80/a_(b)?c=1.", "幺二三零六点cn."),
        ({"urls": "host"}, "见github.com/a/b（www.a.com），a.com", "见github点com（a点com），a.com"),
        ({"urls": "skip"}, "请看https://a.com/b查询", "请看查询"),
        ({"emails": "read"}, "邮箱li_x-1@163.com。", "邮箱li下划线x杠幺艾特幺六三点com。"),
        ({"emails": "skip"}, "邮箱a@b.cn。@张三", "邮箱。@张三"),
        ({"emoji": "skip"}, "好👍🏽的❤️1️⃣", "好 的 1️⃣"),
        ({"emoji": "name"}, "好👍🏽👍❤️的👨‍👩‍👧🇨🇳", "好，拇指向上、红心，的，家庭男人女人女孩、中国，"),
        ({"brackets": "citations"}, "表明[1][2,3]，见【4:0†源】。[1]苹果[2]", "表明，见。[1]苹果"),
        ({"brackets": "skip"}, "他（笑）说[注]：行(xíng)【a(b)】好(x\n)", "他说：行(xíng)好(x\n)"),
    ],
)
def test_each_kind_alone(cleaning: dict[str, object], text: str, spoken: str) -> None:
    """A kind changes what it is about, in each of its ways, and only if it is asked for."""
    assert spoken == read(text, replace(NOTHING, **cleaning))  # type: ignore[arg-type]
    assert text == read(text, NOTHING)


def test_marks_are_not_changed() -> None:
    """What says how to read a word stays whole, whatever stands around it; or it goes as a whole."""
    assert "‹重_*|CHONG2›‹行|HANG2›" == read("‹重_*|CHONG2›**[‹行|HANG2›](http://a.com)**")
    assert "代码略。" == read("```\n‹重|CHONG2›\n```")


def test_places() -> None:
    """What is spoken knows where in the original it stands, through several kinds."""
    text = "看**$x^2$**👍"
    spoken = Cleaning().clean(SpokenText.of(text))
    assert [("看", "看"), *((one, "$x^2$") for one in "x的平方"), (" ", "👍")] == [
        (one, text[slice(*span)]) for one, span in zip(spoken.text, spoken.spans, strict=True)
    ]


EVERYTHING = Cleaning(emoji="name", brackets="skip")
WRITTEN = r"** * _ ` $ $$ \ \( \[ [ ]( ]: ( ) ![ < > &amp; | ~~ -|- http:// www. a@ b.com / 👍 🇨 行(xíng) ‹ |X1›"
BLANKS = ["# ", "- ", "1. ", "> ", "\n", "\n\n", "    ", "```\n", "\r\n", "\0", "\t", "\u200d", "\ufe0f"]
PIECES = st.sampled_from([*WRITTEN.split(), *BLANKS, *"好x1，〔〕", "[^1]", "【1†"])


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text(text: str) -> None:
    """No text is an error, and every place is in order and in the text."""
    spoken = EVERYTHING.clean(SpokenText.of(text))
    for side in zip(*spoken.spans, strict=True):
        assert sorted(side) == list(side)
        assert not side or (side[0] >= 0 and side[-1] <= len(text))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["👨\u200d", "http://a(", "a.", "\\(", "[1,", "(", "**a", "[a]: ", "`", "$a", "\ufe0f", "- "]
)
def test_long_texts(piece: str) -> None:
    """What would take minutes in quadratic time takes seconds."""
    assert len(EVERYTHING.clean(SpokenText.of(piece * (30_000 // len(piece))))) < 100_000
