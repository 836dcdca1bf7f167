from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.utils import parametrizations

from speech.indextts2.checkpoint import CheckpointError, fold_weight_norm, load, part, read


def test_nested_dictionaries_become_dotted_keys(tmp_path: Path) -> None:
    """The nets of `s2mel.pth` are read with their names; a training run's counters and lists are passed over."""
    training = {"step": 7, "groups": [{"lr": 1e-4}], "state": {0: {"average": torch.ones(3)}}}
    path = tmp_path / "s2mel.pth"
    torch.save({"net": {"cfm": {"a.weight": torch.ones(2)}}, "optimizer": training}, path)
    state = read(path)
    assert {"net.cfm.a.weight", "optimizer.state.0.average"} == set(state)
    assert {"a.weight"} == set(part(state, "net.cfm"))


def test_a_bare_tensor_has_the_empty_name(tmp_path: Path) -> None:
    """`feat1.pt` is one tensor."""
    torch.save(torch.arange(6).view(2, 3), tmp_path / "feat1.pt")
    assert [[0, 1, 2], [3, 4, 5]] == read(tmp_path / "feat1.pt")[""].tolist()


@pytest.mark.parametrize("zipped", [True, False])
def test_files_of_old_torch_are_read_too(tmp_path: Path, zipped: bool) -> None:  # noqa: FBT001 - a parameter
    """A file from before torch 1.6, which cannot be mapped, gives the same tensors."""
    torch.save({"a": torch.arange(3)}, tmp_path / "x.bin", _use_new_zipfile_serialization=zipped)
    assert [0, 1, 2] == read(tmp_path / "x.bin")["a"].tolist()


@pytest.mark.parametrize("name", ["x.pth", "x.safetensors"])
@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.99])
def test_a_truncated_file_is_named(tmp_path: Path, name: str, kept: float) -> None:
    """However much of a file is missing, the error is one sentence that names it."""
    path = tmp_path / name
    state = {"a": torch.ones(500)}
    (save_file if name == "x.safetensors" else torch.save)(state, path)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    with pytest.raises(CheckpointError) as caught:
        read(path)
    assert f"{path}: 文件损坏或下载不完整 (damaged or truncated file)" == str(caught.value)


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    """A web page saved as a checkpoint is a damaged file; what is not there or no file is said to be so."""
    (tmp_path / "x.pth").write_text("<html>404</html>")
    with pytest.raises(CheckpointError, match="damaged"):
        read(tmp_path / "x.pth")
    for name in ("gone.pth", "gone.safetensors"):
        with pytest.raises(CheckpointError, match=r"gone\.\w+: 缺少文件"):
            read(tmp_path / name)
    (tmp_path / "folder.pth").mkdir()
    with pytest.raises(CheckpointError, match=r"folder\.pth: 无法读取 \(cannot be read\): Is a directory"):
        read(tmp_path / "folder.pth")


def test_a_pickle_that_runs_code_is_refused(tmp_path: Path) -> None:
    """Only tensors are unpickled: a checkpoint from a stranger cannot run anything."""
    torch.save({"a": Path("x")}, tmp_path / "x.pth")
    with pytest.raises(CheckpointError, match="damaged"):
        read(tmp_path / "x.pth")


def legacy(module: nn.Module) -> nn.Module:
    with pytest.warns(FutureWarning):
        return nn.utils.weight_norm(module)


@pytest.mark.parametrize("norm", [legacy, parametrizations.weight_norm])
@pytest.mark.parametrize(
    ("build", "shape"),
    [
        (lambda: nn.Conv1d(4, 6, 3), (1, 4, 9)),
        (lambda: nn.Conv1d(4, 1, 3), (1, 4, 9)),
        (lambda: nn.ConvTranspose1d(4, 6, 3, stride=2), (1, 4, 9)),
        (lambda: nn.ConvTranspose1d(1, 6, 3), (1, 1, 9)),
        (lambda: nn.Linear(4, 6), (1, 4)),
    ],
    ids=["conv", "one output", "transposed", "transposed, one input", "linear"],
)
def test_weight_norm_is_folded(
    build: Callable[[], nn.Module], shape: tuple[int, ...], norm: Callable[[nn.Module], nn.Module]
) -> None:
    """In either of torch's notations a plain module with the folded weight computes what the normed one does."""
    torch.manual_seed(0)
    normed, plain = nn.Sequential(norm(build())), nn.Sequential(build())
    state = normed.state_dict()
    for key, tensor in state.items():
        if key.endswith(("weight_g", "original0")):
            tensor.mul_(1.7)
    plain.load_state_dict(fold_weight_norm(state))
    values = torch.randn(shape)
    assert torch.allclose(normed(values), plain(values), atol=1e-6)


def test_weight_norm_over_other_dimensions_is_folded() -> None:
    """The shape of the length tells which dimensions the norm was taken over."""
    normed = parametrizations.weight_norm(nn.Conv1d(4, 6, 3), dim=2)
    assert torch.allclose(normed.weight, fold_weight_norm(normed.state_dict())["weight"], atol=1e-6)


def meta(size: int = 2) -> nn.Sequential:
    with torch.device("meta"):
        return nn.Sequential(nn.Conv1d(1, size, 3), nn.BatchNorm1d(size))


def saved(size: int = 2) -> dict[str, Tensor]:
    return nn.Sequential(nn.Conv1d(1, size, 3), nn.BatchNorm1d(size)).state_dict()


def test_a_module_is_filled_and_ready() -> None:
    """Every weight is the file's, in the wanted type; whole numbers stay whole; nothing wants a gradient."""
    state = saved()
    module = load(meta(), state, "x.pth", torch.bfloat16, "cpu")
    assert torch.equal(state["0.weight"].bfloat16(), module.state_dict()["0.weight"])
    assert torch.int64 == module.state_dict()["1.num_batches_tracked"].dtype
    assert not module.training
    assert not any(parameter.requires_grad for parameter in module.parameters())


def test_nothing_is_copied_where_the_type_stays(tmp_path: Path) -> None:
    """On the CPU in the file's own type the weights stay mapped from the file."""
    torch.save(saved(), tmp_path / "x.pth")
    state = read(tmp_path / "x.pth")
    module = load(meta(), state, "x.pth", torch.float32, "cpu")
    assert state["0.weight"].data_ptr() == module.state_dict()["0.weight"].data_ptr()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"0.bias": None}, r"x\.pth: 缺少 \(missing\) 0\.bias"),
        ({"2.weight": torch.ones(1)}, r"x\.pth: 多余 \(unexpected\) 2\.weight"),  # another layer than 0 and 1
        ({"0.bias": torch.ones(9)}, r"x\.pth: 形状不符 \(wrong shape\) 0\.bias \[9\] ≠ \[2\]"),
        (dict.fromkeys(saved()), r"missing\) 0\.weight, 0\.bias, 1\.weight … \(7\)$"),
    ],
)
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_a_wrong_key_is_named(change: dict[str, Tensor | None], message: str, device: str) -> None:
    """A missing, unexpected or wrong-shaped key is an error that names the file and the key, in a dry run too."""
    state = {key: tensor for key, tensor in (saved() | change).items() if tensor is not None}
    with pytest.raises(CheckpointError, match=message):
        load(meta(), state, "x.pth", torch.float32, device)


def test_unknown_keys_are_told(caplog: pytest.LogCaptureFixture) -> None:
    """Three of them, once, but those that are known to be of no use; the rest of the file is used."""
    state = saved() | {f"head.{name}": torch.ones(1) for name in "abcd"} | {"decoder.0.weight": torch.ones(1)}
    load(meta(), state, "x.pth", torch.float32, "cpu", ignore=["decoder.*"])
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("x.pth: ")
    assert line.endswith("head.a, head.b, head.c … (4)")
    caplog.clear()
    load(meta(), state, "x.pth", torch.float32, "cpu", ignore=["decoder.*", "head.*"])
    assert not caplog.records
