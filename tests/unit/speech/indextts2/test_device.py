"""A device that was asked for is used, or it is said why not."""

import pytest
import torch

from speech.indextts2.device import DeviceError, usable


def test_the_first_gpu_where_there_is_one(card: pytest.MonkeyPatch) -> None:
    """Unless something else is asked for."""
    assert torch.device("cuda") == usable("")
    assert torch.device("cuda:0") == usable("cuda:0")
    assert torch.device("cpu") == usable("cpu")
    card.setattr(torch.cuda, "is_available", lambda: False)
    assert torch.device("cpu") == usable("")


@pytest.mark.parametrize(
    ("name", "complaint"), [("cuda:2", "没有 GPU no cuda:2"), ("gpu", "no such device"), ("cuda:x", "no such device")]
)
def test_what_is_not_there(card: pytest.MonkeyPatch, name: str, complaint: str) -> None:
    """It is named, in one line."""
    assert card
    with pytest.raises(DeviceError, match=complaint) as error:
        usable(name)
    assert "\n" not in str(error.value)


def test_never_silently_the_cpu(card: pytest.MonkeyPatch) -> None:
    """A driver that is too old hides the card from torch."""
    card.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="make doctor"):
        usable("cuda")


@pytest.mark.parametrize(
    ("capability", "works"),
    [
        ((7, 0), False),
        ((7, 5), True),
        ((8, 6), True),
        ((9, 0), True),
        ((10, 0), False),
        ((12, 0), True),
        ((12, 1), True),
    ],
)
def test_a_card_that_torch_is_not_built_for(card: pytest.MonkeyPatch, capability: tuple[int, int], works: bool) -> None:  # noqa: FBT001
    """Too old, or so new that there is neither a binary nor PTX for it."""
    card.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    if works:
        assert torch.device("cuda") == usable("cuda")
    else:
        with pytest.raises(DeviceError, match="NVIDIA L20"):
            usable("cuda")
