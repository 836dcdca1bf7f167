import pytest
import torch
from torch import Tensor
from transformers import (
    LogitsProcessor,
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from speech.indextts2.gpt.beams import draw_several
from speech.indextts2.gpt.rows import Row, Sampling
from speech.indextts2.gpt.sampling import Knobs, candidates, draw

CODES = 50

SETTINGS = [
    Sampling(),
    Sampling(temperature=1.3, top_k=5, top_p=0.5, repetition_penalty=1.0),
    Sampling(temperature=0.3, top_k=0, top_p=1.0, repetition_penalty=2.0),
    Sampling(temperature=1.0, top_k=1, top_p=0.9),
    Sampling(temperature=2.0, top_k=0, top_p=0.95),
    Sampling(temperature=1.0, top_k=30, top_p=1e-6),
    Sampling(temperature=0.8, top_k=1000, top_p=0.8),
]


def _hugging_face(sampling: Sampling, fewest: int) -> LogitsProcessorList:
    """The processors that `generate` makes, in its order."""
    processors: list[LogitsProcessor] = [RepetitionPenaltyLogitsProcessor(sampling.repetition_penalty)]
    processors.append(TemperatureLogitsWarper(sampling.temperature))
    if sampling.top_k:
        processors.append(TopKLogitsWarper(sampling.top_k, min_tokens_to_keep=fewest))
    if sampling.top_p < 1:
        processors.append(TopPLogitsWarper(sampling.top_p, min_tokens_to_keep=fewest))
    return LogitsProcessorList(processors)


@pytest.mark.parametrize("beams", [1, 3])
def test_probabilities_are_hugging_faces_whatever_the_neighbours(beams: int) -> None:
    """Lanes of different settings, filtered together, have the probabilities of Hugging Face's chain one by one."""
    fewest, lanes = min(beams, 2), len(SETTINGS) * beams
    rows = [Row(torch.zeros(1, 1), 4, Sampling(**(vars(each) | {"beams": beams})), seed=0) for each in SETTINGS]
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(lanes, CODES, generator=generator) * 3
    history = torch.randint(CODES, (lanes, 12), generator=generator)
    seen = torch.zeros(lanes, CODES, dtype=torch.bool).scatter(1, history, value=True)
    knobs = Knobs(lanes, 4, logits.device)
    scores, codes = candidates(logits, seen, knobs, knobs.begin(rows, CODES), fewest)
    ours = torch.zeros(lanes, CODES).scatter(1, codes, scores.softmax(-1))
    for lane in range(lanes):
        chain = _hugging_face(SETTINGS[lane // beams], fewest)
        theirs = chain(history[lane : lane + 1], logits[lane : lane + 1].clone()).softmax(-1)[0]  # type: ignore[arg-type]
        assert (theirs > 0).tolist() == (ours[lane] > 0).tolist()
        torch.testing.assert_close(theirs, ours[lane])


def test_greedy_is_the_likeliest_after_the_penalty() -> None:
    """Temperature, top-k and top-p do not touch a greedy lane."""
    knobs = Knobs(1, 4, torch.device("cpu"))
    greedy = Sampling(greedy=True, temperature=9.0, top_p=0.1, top_k=7, repetition_penalty=2.0)
    width = knobs.begin([Row(torch.zeros(1, 1), 4, greedy, seed=0)], 3)
    scores, codes = candidates(torch.tensor([[3.0, 2.0, 1.0]]), torch.tensor([[True, False, False]]), knobs, width, 1)
    assert [[1]] == codes.tolist()
    assert [[2.0]] == scores.tolist()


def test_draws_follow_the_distribution() -> None:
    """Numbers spread evenly over [0, 1) draw each index as often as its weight says, and none without weight."""
    weights = torch.tensor([0.0, 2.0, 0.0, 1.0, 1.0, 0.0])
    uniforms = (torch.arange(400) + 0.5) / 400
    drawn = draw(weights.expand(400, -1), uniforms[:, None])
    assert [0, 200, 0, 100, 100, 0] == drawn.flatten().bincount(minlength=6).tolist()


@pytest.mark.parametrize("uniform", [0.0, 1 - 2**-24, 1.0])
def test_the_extreme_numbers_draw_what_has_weight(uniform: float) -> None:
    """The smallest and the largest number, were it even rounded up to 1, never draw what was filtered out."""
    weights = torch.rand(500, 40, generator=torch.Generator().manual_seed(0))
    weights[:, 0], weights[:, 30:] = 0, 0
    drawn = draw(weights, torch.full((500, 1), uniform))
    assert {1 if uniform == 0 else 29} == set(drawn.flatten().tolist())


def test_the_same_seed_gives_the_same_numbers_in_any_company() -> None:
    """A row's random numbers are its seed's, whichever lane it has."""

    def uniforms(*seeds: int) -> Tensor:
        knobs = Knobs(4, 6, torch.device("cpu"))
        knobs.begin([Row(torch.zeros(1, 1), 6, Sampling(), seed) for seed in seeds], CODES)
        return knobs.uniforms

    assert torch.equal(uniforms(7)[0], uniforms(5, 3, 7)[2])
    assert not torch.equal(uniforms(7)[0], uniforms(5)[0])


def test_several_draws_are_without_replacement() -> None:
    """No candidate is drawn twice while there are others, and the order of drawing follows the weights."""
    scores = torch.tensor([0.5, 0.25, 0.125, 0.125]).log().expand(4096, -1)
    uniforms = torch.rand(4096, 3, generator=torch.Generator().manual_seed(0))
    drawn, indices = draw_several(scores, uniforms)
    assert all(3 == len(set(row)) for row in indices.tolist())
    assert torch.equal(scores.gather(1, indices), drawn)
    first = indices[:, 0].bincount() / 4096
    torch.testing.assert_close(torch.tensor([0.5, 0.25, 0.125, 0.125]), first, atol=0.03, rtol=0)
    second = indices[indices[:, 0] == 0, 1].bincount() / (indices[:, 0] == 0).sum()
    torch.testing.assert_close(torch.tensor([0, 0.5, 0.25, 0.25]), second, atol=0.03, rtol=0)


def test_draws_beyond_the_candidates_score_nothing() -> None:
    """Where fewer candidates have a weight than are to be drawn, the rest is no hypothesis."""
    scores = torch.tensor([[0.0, float("-inf"), -1.0, float("-inf")]])
    drawn, indices = draw_several(scores, torch.full((1, 4), 0.5))
    assert [0, 2] == indices[0, :2].tolist()
    assert [0.0, -1.0, float("-inf"), float("-inf")] == drawn[0].tolist()
