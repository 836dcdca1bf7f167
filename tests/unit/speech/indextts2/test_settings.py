from pathlib import Path

import pytest
import torch

from speech.indextts2.settings import Settings


@pytest.mark.parametrize(("knows", "s2mel"), [(True, torch.bfloat16), (False, torch.float32)])
def test_what_is_not_chosen_suits_the_machine(
    card: pytest.MonkeyPatch, tmp_path: Path, s2mel: torch.dtype, *, knows: bool
) -> None:
    """Half precision on a GPU, but never float16 for the flow; voices and glossary lie in the checkpoint."""
    card.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: knows and not including_emulation)
    on_cpu, on_gpu = Settings(tmp_path, device="cpu"), Settings(tmp_path, device="cuda:1")
    parts = ("gpt", "s2mel", "vocoder")
    assert [torch.float32] * 3 == [on_cpu.dtype(part) for part in parts]
    assert [torch.float16, s2mel, torch.float16] == [on_gpu.dtype(part) for part in parts]
    assert torch.device("cuda:1") == on_gpu.torch_device
    assert tmp_path / "voices" == on_cpu.voices_folder
    assert on_cpu.glossary_file is None
    (tmp_path / "glossary.txt").touch()
    assert tmp_path / "glossary.txt" == on_cpu.glossary_file


def test_what_is_chosen_holds(tmp_path: Path) -> None:
    """Each part its own precision, other folders."""
    settings = Settings(tmp_path, s2mel_dtype="bfloat16", voices="/v", glossary="/g")
    assert torch.bfloat16 == settings.dtype("s2mel")
    assert (Path("/v"), Path("/g")) == (settings.voices_folder, settings.glossary_file)


@pytest.mark.usefixtures("card")
def test_the_first_gpu_is_taken(tmp_path: Path) -> None:
    """Without a choice: where there is one."""
    assert torch.device("cuda") == Settings(tmp_path).torch_device
