from pathlib import Path

from speech.indextts2.files import FILES, QWEN, missing


def test_a_whole_checkpoint_lacks_nothing(checkpoint: Path) -> None:
    """Every file of a checkpoint is found where upstream's layout has it, and no name stands for two."""
    assert [] == list(missing(checkpoint))
    assert len(FILES) == len({file.name for file in FILES})


def test_an_empty_folder_lacks_everything(tmp_path: Path) -> None:
    """Each file has a purpose and a source; an empty folder of the optional model counts as none."""
    (tmp_path / QWEN).mkdir()
    assert FILES == tuple(missing(tmp_path))
    assert [QWEN] == [file.name for file in FILES if not file.required]
    assert all(file.purpose and file.source for file in FILES)
