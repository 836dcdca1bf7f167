import numpy as np
import pytest
import torch

from speech.indextts2.bigvgan.activation import Activation, SnakeBeta, lowpass


def test_the_filter_is_the_official_one() -> None:
    """The taps are those that the official code computes and the checkpoint holds."""
    half = [0.00202896, 0.00938947, -0.02554346, -0.05765738, 0.12857258, 0.44320980]
    assert half + half[::-1] == pytest.approx(lowpass().flatten().tolist(), abs=1e-7)


def test_a_snake_adds_its_wave() -> None:
    """x + sin²(αx) / β, with α and β from their logarithms."""
    snake = SnakeBeta(2)
    snake.alpha.data, snake.beta.data = torch.tensor([0.5, -0.2]), torch.tensor([0.1, 0.3])
    x = np.linspace(-3, 3, 14).reshape(1, 2, 7)
    alpha, beta = np.exp([[0.5], [-0.2]]), np.exp([[0.1], [0.3]])
    expected = x + np.sin(alpha * x) ** 2 / beta
    assert expected == pytest.approx(snake(torch.tensor(x, dtype=torch.float32)).detach().numpy(), abs=1e-6)


def test_an_activation_is_the_official_one() -> None:
    """Up, snake and down give what the official code gives, at the ends too."""
    activation = Activation(1)
    activation.act.alpha.data, activation.act.beta.data = torch.tensor([0.4]), torch.tensor([-0.3])
    out = activation(torch.tensor([[[1.0, -2.0, 0.5, 3.0, 0.0, -1.0]]]))
    expected = [1.4521424, -1.4727428, 1.2048022, 3.7942827, 1.1302426, 0.1825278]
    assert expected == pytest.approx(out.flatten().tolist(), abs=1e-6)
