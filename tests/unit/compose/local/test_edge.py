from pathlib import Path

from compose.local.edge import remove_sockets, socket_dir


def test_nothing_is_left_of_a_stopped_edge(tmp_path: Path) -> None:
    """A folder that was made for the sockets alone goes with them; the state of the stack stays."""
    folder = socket_dir(tmp_path)
    (folder / "direct.sock").touch()
    remove_sockets(tmp_path)
    assert tmp_path.exists()
    assert folder == tmp_path or not folder.exists()
