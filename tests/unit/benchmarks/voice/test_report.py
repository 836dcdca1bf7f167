import json
from pathlib import Path

from benchmarks.voice.emotions import VECTORS, differences
from benchmarks.voice.report import write
from benchmarks.voice.statistics import summary
from tests.support.takes import taken


def test_report(tmp_path: Path) -> None:
    """Raw numbers and verdicts go into JSON, tables into Markdown, both named after the day."""
    takes = {name: [taken(), taken()] for name in VECTORS}
    voice = {"voice": "baker", "list": "mandarin", "speed": 1.0, **summary(takes["calm"])}
    found = {
        "default_voice": "baker",
        "voices": [voice],
        "emotions": [{"emotion": name, **summary(group)} for name, group in takes.items()],
        "differences": [vars(one) for one in differences(takes)],
    }
    file = write(tmp_path, {"environment": {"date": "2026-11-29T10:00:00"}, "engines": {"baker": found}})
    assert "voice-2026-11-29.json" == file.name
    assert 4 == len(json.loads(file.read_text())["promises"])
    page = file.with_suffix(".md").read_text()
    assert "| baker | mandarin | 1 | 10 | 10.0–10.0 | 3.25 |" in page
    assert "**not kept**" in page
