import numpy as np
import pytest
import torch

from speech.indextts2.s2mel import S2Mel
from speech.indextts2.s2mel.wavenet import reflection


@pytest.mark.parametrize("margin", [1, 2, 4])
def test_each_row_is_reflected_at_its_own_ends(margin: int) -> None:
    """The padded row is numpy's, whatever lies beyond the row in the batch."""
    lengths = [9, 12, 5, 7]
    at = reflection(torch.tensor(lengths), 12, margin)
    assert (4, 12 + 2 * margin) == at.shape
    for row, length in enumerate(lengths):
        expected = np.pad(np.arange(length), margin, mode="reflect")
        assert expected.tolist() == at[row, : length + 2 * margin].tolist()


@pytest.mark.parametrize("length", [1, 2])
def test_a_row_too_short_to_reflect_reads_itself_only(length: int) -> None:
    """However short a row is, no neighbour's length and no padding gets into it."""
    (alone,), (padded, _) = reflection(torch.tensor([length]), length, 2), reflection(torch.tensor([length, 9]), 9, 2)
    assert alone.tolist() == padded[: length + 4].tolist()
    assert 0 <= int(alone.min()) <= int(alone.max()) < length


def test_what_lies_beyond_a_row_does_not_matter(model: S2Mel) -> None:
    """Other values in the padding, and more of it, leave a row as it is."""
    wavenet = model.cfm.estimator.wavenet
    lengths = torch.tensor([6, 2, 9])
    condition = torch.randn(3, 96)
    x = torch.randn(3, 48, 9)
    outputs = []
    for frames, rubbish in ((9, 0.0), (9, 100.0), (14, -7.0)):
        padded = torch.full((3, 48, frames), rubbish)
        for i, length in enumerate(lengths.tolist()):
            padded[i, :, :length] = x[i, :, :length]
        outputs.append(wavenet(padded, wavenet.reflections(lengths, frames), condition))
    for i, length in enumerate(lengths.tolist()):
        expected, *others = (output[i, :, :length] for output in outputs)
        assert all(torch.allclose(expected, other, atol=1e-5) for other in others)
