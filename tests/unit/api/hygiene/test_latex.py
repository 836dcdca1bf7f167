"""Formulas, as a teacher would say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hygiene.latex import LONGEST, read


@pytest.mark.parametrize(
    ("formula", "spoken"),
    [
        ("E=mc^2", "E等于m c的平方"),
        (r"\frac{a}{b}", "b分之a"),
        (r"\sqrt{x}+\sqrt[3]{y}", "根号x加3次根号y"),
        (r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}", "x等于2 a分之负b正负根号下b的平方减4 a c"),
        (r"\frac{a+b}{2}+c", "2分之a加b，加c"),
        ("(a+b)^2=a^2+2ab+b^2", "左括号a加b右括号的平方等于a的平方加2 a b加b的平方"),
        (r"f(x)=-1, f'(x,y)", "f x等于负1，f撇x，y"),
        (r"x_i, x_{n+1}, x_1^3", "x i，x下标n加1，x 1的立方"),
        (r"\sum_{i=1}^{n} i", "从i等于1到n的求和，i"),
        (r"\int_0^1 f(x)\,dx", "从0到1的积分，f x d x"),
        (r"\lim_{x\to 0}\frac{\sin x}{x}=1", "x趋于0时的极限，x分之正弦x，等于1"),
        (r"\sin^2\alpha+\cos^2\alpha=1", "正弦平方阿尔法加余弦平方阿尔法等于1"),
        (r"\log_2 8=3", "log以2为底8等于3"),
        (r"C_n^k=\binom{n}{k}", "C n k等于n选k"),
        (r"|x-1|\geq 3.14\times 10^{-3}", "x减1的绝对值大于等于3.14乘10的负3次方"),
        (r"\vec{a}\cdot\vec{b}, \bar{x}", "向量a乘向量b，x拔"),
        (r"\text{速度}=\frac{路程}{时间}", "速度等于时间分之路程"),
        (r"v=60\,\mathrm{km/h},\ T=25^\circ C", "v等于60 km/h，T等于25摄氏度"),
        (r"1,000\times 50\%", "1000乘50%"),
        (r"\begin{cases}x, & x>0\\ -x, & x\le 0\end{cases}", "x，x大于0；负x，x小于等于0"),
        (r"\begin{align}a&=b\\c&=d\end{align}", "a，等于b；c，等于d"),
        (r"\angle A\not=90^\circ\Rightarrow A\in\mathbb{R}", "角A不等于90度推出A属于实数集"),
        ("e^{i\\pi}+1=0", "e的i派次方加1等于0"),
    ],
)
def test_formulas(formula: str, spoken: str) -> None:
    """The usual ones of a school, a university and a chat model."""
    assert spoken == read(formula)


@pytest.mark.parametrize(
    ("formula", "spoken"),
    [
        ("x^{", "x上标"),
        (r"\frac{\alpha}", "阿尔法"),
        (r"\unknown{x}+\ce{H2O}", "x加H 2 O"),
        ("+x^2" * LONGEST, "加x上标2" * LONGEST),
        ("{" * 400 + "x" + "}" * 400, "x"),
    ],
)
def test_wrong_formulas(formula: str, spoken: str) -> None:
    """One that cannot be parsed, or is too long or too deep, is read sign by sign, without what nobody can say."""
    assert spoken == read(formula)


COMMANDS = (
    r"\\ \frac \sqrt \left( \right \begin{cases} \end{cases} \text \sum \lim \hspace \color \over \vec \not \limits"
)
PIECES = st.sampled_from([*"ab1 {}[]()|^_&=+-$\\,!'π", *COMMANDS.split(), r"\mathrm", r"\genfrac"])


@given(st.one_of(st.text(max_size=50), st.lists(PIECES, max_size=30).map("".join)))
def test_any_formula(formula: str) -> None:
    """Nothing that somebody writes is an error, and nothing of LaTeX's own is left in what is said."""
    assert not set(read(formula)) & set("\\{}^_$")
