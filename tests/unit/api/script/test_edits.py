"""What is spoken otherwise than it is written, and where in the original it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.script.edits import Edit, SpokenText


@st.composite
def edited(draw: st.DrawFn, text: SpokenText) -> SpokenText:
    ends = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = [Edit(*span, draw(st.text("ab", max_size=3))) for span in zip(ends[::2], ends[1::2], strict=False)]
    return text.apply(draw(st.permutations(edits)))


TWICE_EDITED = st.text(max_size=30).flatmap(lambda text: edited(SpokenText.of(text)).flatmap(edited))


def places(original: str, spoken: SpokenText) -> list[tuple[str, str]]:
    """Each character, and what of the original it is spoken for."""
    return [(character, original[slice(*span)]) for character, span in zip(spoken.text, spoken.spans, strict=True)]


def test_edits() -> None:
    """What an edit says is spoken for the whole of what it replaces; what it leaves out is in no span."""
    original = "看**WHO**👍了"
    spoken = SpokenText.of(original).apply([Edit(6, 9, ""), Edit(1, 3, ""), Edit(3, 6, "世卫"), Edit(9, 9, "嗯")])
    assert [("看", "看"), ("世", "WHO"), ("卫", "WHO"), ("嗯", ""), ("了", "了")] == places(original, spoken)
    assert (0, 10) == spoken.span


def test_edits_of_what_was_edited() -> None:
    """A later edit sees the spoken text, and its places are the original's."""
    spoken = SpokenText.of("5km。").apply([Edit(1, 3, "千米")]).apply([Edit(0, 2, "五千"), Edit(4, 4, "嗯")])
    assert [("五", "5km"), ("千", "5km"), ("米", "km"), ("。", "。"), ("嗯", "")] == places("5km。", spoken)


@given(TWICE_EDITED, st.integers(0, 40))
def test_spans_are_in_order(spoken: SpokenText, at: int) -> None:
    """However often a text is edited, every character has a span, in order, and parts add up to the whole."""
    assert len(spoken.text) == len(spoken.spans)
    for side in zip(*spoken.spans, strict=True):
        assert sorted(side) == list(side)
    assert spoken == spoken[:at] + spoken[at:]


@pytest.mark.parametrize("edits", [[Edit(0, 2, ""), Edit(1, 3, "")], [Edit(2, 5, "")], [Edit(2, 1, "")]])
def test_edits_that_cannot_be(edits: list[Edit]) -> None:
    """Edits that overlap or leave the text are a mistake of ours."""
    with pytest.raises(ValueError, match="overlapping or outside"):
        SpokenText.of("一二三").apply(edits)
