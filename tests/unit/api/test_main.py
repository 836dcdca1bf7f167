"""`python -m api` as an operator meets it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_refuses_to_start_in_one_line(tmp_path: Path) -> None:
    """Without its settings it exits with one line that names them, and no traceback."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    result = subprocess.run(
        [sys.executable, "-m", "api"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert 1 == result.returncode
    (line,) = result.stderr.splitlines()
    for name in ("WECHAT_APPID", "WECHAT_SECRET", "JWT_KEYS", "USER_HASH_KEY"):
        assert f"HAOSHUO_{name}" in line
