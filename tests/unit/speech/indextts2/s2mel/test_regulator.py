import numpy as np
import pytest
import torch

from speech.indextts2.s2mel import S2Mel, mel_frames


@pytest.mark.parametrize(
    ("codes", "speed", "expected"),
    [(100, 1.0, 172), (100, 2.0, 86), (100, 0.5, 344), (100, 0.9, 191), (7, 1.0, 12), (1, 2.0, 1), (1, 4.0, 1)],
)
def test_speed_sets_the_number_of_frames(codes: int, speed: float, expected: int) -> None:
    """86 frames for 50 codes at speed 1.0, half as many at 2.0; and never no frame."""
    assert expected == mel_frames(codes, speed)


@pytest.mark.parametrize(("codes", "frames"), [(50, 86), (50, 43), (50, 172), (1, 1), (3, 2)])
def test_a_condition_has_the_frames_asked_for(model: S2Mel, codes: int, frames: int) -> None:
    """Codes are stretched or squeezed to any length."""
    assert (frames, 32) == model.regulate(torch.randn(codes, 24), frames).shape


def test_the_arithmetic_is_as_published(model: S2Mel) -> None:
    """Projection, nearest neighbour, four times convolution, group norm and Mish, and a last projection."""
    features = torch.randn(11, 24, generator=torch.Generator().manual_seed(1))
    weights = {key: tensor.numpy().astype(np.float64) for key, tensor in model.length_regulator.state_dict().items()}
    x = features.numpy() @ weights["content_in_proj.weight"].T + weights["content_in_proj.bias"]
    x = x[[frame * 11 // 19 for frame in range(19)]]
    for layer in (0, 3, 6, 9):
        padded = np.pad(x, ((1, 1), (0, 0)))
        kernel = weights[f"model.{layer}.weight"]
        x = sum(padded[i : i + 19] @ kernel[:, :, i].T for i in range(3)) + weights[f"model.{layer}.bias"]
        x = (x - x.mean()) / np.sqrt(x.var() + 1e-5)
        x = x * weights[f"model.{layer + 1}.weight"] + weights[f"model.{layer + 1}.bias"]
        x *= np.tanh(np.log1p(np.exp(x)))
    expected = x @ weights["model.12.weight"][:, :, 0].T + weights["model.12.bias"]
    assert expected == pytest.approx(model.regulate(features, 19).numpy(), abs=1e-5)
