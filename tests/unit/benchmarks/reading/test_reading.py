from pathlib import Path

import pytest

from benchmarks.reading.__main__ import main


def test_both_suites_are_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case agrees if its words do; what does not is shown, and what is about no reading is left out."""
    cases, folder = tmp_path / "cases.txt", tmp_path / "data"
    folder.mkdir()
    cases.write_text("电话13812345678.|电话一三八一二三四五六七八\n25m|米\n", "utf-8")
    (folder / "number.txt").write_text("12 => 十二\n\nA => A", "utf-8")
    (folder / "postprocessor.txt").write_text("好啊 => 好\n", "utf-8")
    main(["--paddlespeech", str(cases), "--wetext", str(folder)])
    printed = capsys.readouterr().out
    assert "PaddleSpeech: 1 of 2, 50.0%" in printed
    assert "| 25m | 米 | 二十五米 |" in printed
    assert "WeTextProcessing: 2 of 2, 100.0%" in printed
