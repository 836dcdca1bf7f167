import torch

from speech.indextts2.gpt import Gpt
from speech.indextts2.gpt.lanes import Lanes, Memory


def test_padding_looks_at_itself_and_nothing_looks_at_padding(gpt: Gpt) -> None:
    """Rows are padded on the left; each sees its own prefix up to itself, and no softmax is over nothing."""
    lanes = Lanes(gpt, Memory(gpt, 12), 2, 6)
    rows = lanes.begin([torch.ones(3, gpt.config.model_dim), torch.ones(1, gpt.config.model_dim)])
    assert torch.equal(gpt.start().expand(2, -1), rows[:, 3])
    assert [[1, 1, 1], [0, 0, 1]] == rows[:, :3, 0].tolist()
    expected = [
        ["#.....", "##....", "###...", "####.."],
        ["#.....", ".#....", "..#...", "..##.."],
    ]
    mask = lanes.mask(2, 6, torch.arange(4))[:, 0]
    assert expected == [["".join(".#"[seen] for seen in row) for row in lane] for lane in mask.tolist()]
