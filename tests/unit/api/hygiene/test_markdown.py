"""Markdown, as it is read out."""

import pytest

from api.hygiene.markdown import edits, unpaired
from api.script.edits import SpokenText


def read(text: str) -> str:
    text = SpokenText.of(text).apply(edits(text)).text
    return SpokenText.of(text).apply(unpaired(text)).text


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("**重要**的*词*，~~删去~~", "重要的词，删去"),
        ("## 标题\n正文", " 标题\n正文"),
        ("标题\n===\n正文", "标题\n\n正文"),
        ("- 甲\n* 乙\n  + 丙", " 甲\n 乙\n   丙"),
        ("1. Apple\n2) 梨", "1、Apple\n2、梨"),
        ("- [ ] 买菜\n- [x] 洗衣", "   买菜\n  洗衣"),
        ("> 引用\n> > 再引", " 引用\n  再引"),
        ("上\n\n---\n\n下", "上\n\n\n\n下"),
        ("看[标签](https://a.com/b '题')和![图](x.png)", "看标签和图"),
        ("看[标签][1]。\n\n[1]: https://a.com\n尾", "看标签。\n\n\n尾"),
        ("<https://a.com>，说明[^1]\n\n[^1]: 脚注", "https://a.com，说明\n\n 脚注"),
        ("|名|值|\n|-|:-:|\n|a|b|", "名，值\n\na，b"),
        ("a | b\n--|--\nc | d", "a ， b\n\nc ， d"),
        (r"\*星\*，&lt;好&amp;", "*星*，<好&"),
        ("用`x`\n```python\ny\n```", "用x\n\ny\n"),
        ("前<!-- 注 -->后<br>尾", "前后<br>尾"),
        ("这是**“重点”**的内容。**注意：**后面", "这是“重点”的内容。注意：后面"),
    ],
)
def test_marks(text: str, spoken: str) -> None:
    """What is marked is read, also where CommonMark takes no mark for one in Chinese; a link by its label."""
    assert spoken == read(text)


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4=24", "2**3 ** 4", "3~5天，6~8天", "[注](见下)", "[注] a<b", "[张三]: 你好\n[李四]: 再见",
        ">5kg的包裹", "~~~今天真开心\n好的", "第一段\n\n    缩进的文字", "#话题# @张三", "+86 138", "——你好",
        "1.5米\n-5℃", "snake_case", "C:\\Users\\x", "AT&T", "5 * 3", "<b>粗体</b>",
        "“他说：‘好。’”\r\n（完）", "价格：¥5~¥10 | 50%",
    ],
)  # fmt: skip
def test_everyday_texts(text: str) -> None:
    """What people write without Markdown in mind stays as it is."""
    assert text == read(text)
