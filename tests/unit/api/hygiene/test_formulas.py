"""Where formulas stand."""

import pytest

from api.hygiene.formulas import edits
from api.script.edits import SpokenText


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("其中$x_1$和 $y$ 是", "其中x 1和 y 是"),
        (r"\(a^2\)、\[b^2\]", "a的平方、b的平方"),
        ("公式：\n$$\n\\frac{a}{b}\n$$\n结束", "公式：\nb分之a\n结束"),
        (r"\begin{align*}a&=b\end{align*}", "a，等于b"),
        ("花费$12.5，公式$x^2$", "花费$12.5，公式x的平方"),
        ("$速度=\\frac{路程}{时间}$", "速度等于时间分之路程"),
    ],
)
def test_formulas(text: str, spoken: str) -> None:
    """In dollars, in LaTeX's brackets, and as environments, on one line or several."""
    assert spoken == SpokenText.of(text).apply(edits(text)).text


@pytest.mark.parametrize(
    "text",
    [
        "价格$5，还有$6", "US$5和$6", "从$5到$10", "$5-$10", "赚$$的方法，很多$$", "echo $HOME:$PATH",
        "between $5 and $6",
        r"转义\$x\$", r"\(missing\)", r"\[注意\]", "单个$x", "$x\n\n$y", "$ x $", r"C:\(x", "$$", "$$$$", r"\(\)",
    ],
)  # fmt: skip
def test_no_formulas(text: str) -> None:
    """Money, variables of a shell, escaped signs and prose are none, nor what no end belongs to."""
    assert [] == edits(text)
