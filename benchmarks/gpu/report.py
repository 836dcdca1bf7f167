"""The raw numbers as JSON, and what they come to as a Markdown table."""

import hashlib
import json
import math
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from benchmarks.gpu.bench import GIB, Result
from benchmarks.gpu.model import HALF
from benchmarks.gpu.stages import BATCHED

VERSION = 2
"""Of these measurements: numbers of different versions are not to be compared."""

ROOT = Path(__file__).parents[2]

RTF = 0.08
FASTER = 4
"""Than upstream, alone."""

RATE = 20
RATE_ROWS = 16
"""Rows together that are to speak so many times as fast as upstream does one after another."""

WEIGHTS = "random; the GPT cannot stop: each row makes exactly its number of codes"

RANDOM = """With random weights this shows how rounding passes through the layers, and that nothing overflows.
It does not show what is heard: the flow of random weights is not a trained one, so that fewer steps of a trained
one may differ by more or by less, and by how much speech suffers only ears and trained weights can tell."""


def environment(device: torch.device, scale: str) -> Result:
    """On what and of what the numbers are."""
    found: Result = {
        "version": VERSION,
        "source": _source(),
        "scale": scale,
        "weights": WEIGHTS,
        "default": _types(asdict(HALF)) + ", TF32, 25 steps, 1 beam",
        "torch": str(torch.__version__),
        "python": platform.python_version(),
        "device": platform.processor() or platform.machine(),
    }
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        found |= {
            "device": properties.name,
            "capability": list(torch.cuda.get_device_capability(device)),
            "memory_gib": properties.total_memory / GIB,
            "cuda": torch.version.cuda,
            "cudnn": torch.backends.cudnn.version(),  # type: ignore[no-untyped-call]  # torch's
        }
    return found


def _types(parts: dict[str, torch.dtype]) -> str:
    return ", ".join(f"{part} {str(dtype).removeprefix('torch.')}" for part, dtype in parts.items())


def _source() -> str:
    """What the measured code and the script hash to."""
    paths = [path for folder in ("benchmarks/gpu", "speech/indextts2") for path in (ROOT / folder).rglob("*.py")]
    content = b"".join(path.read_bytes() for path in sorted(paths))
    return hashlib.sha256(content).hexdigest()[:16]


def write(folder: Path, results: Result) -> None:
    """`indextts2-gpu.json` and `indextts2-gpu.md`."""
    (folder / "indextts2-gpu.json").write_text(json.dumps(_plain(results), indent=1, allow_nan=False) + "\n", "utf-8")
    (folder / "indextts2-gpu.md").write_text("\n".join(lines(results)) + "\n", "utf-8")


def _plain(value: Any) -> Any:
    """As JSON can hold it: what is no number, such as an overflow in half precision, as a word."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def lines(results: Result) -> list[str]:
    """The report; a part that was not measured is left out, and named under what was skipped or failed."""
    parts = {
        "single": lambda found: [line for name, one in found.items() for line in (*_single(name, one), "")][:-1],
        "upstream": lambda found: _single("the upstream way, the same arithmetic in our code, not its program", found),
        "batches": _batches,
        "stream": _stream,
        "decoding": _decoding,
        "flow_step": lambda found: [f"- one flow step, {found['frames']} frames, guided: {_pair(found)}"],
        "conditioning": lambda found: [f"- conditioning on {found['prompt_frames']} frames: {found['ms']:.2f} ms"],
        "company": _company,
        "quality": _quality,
    }
    environment = results["environment"]
    report = [f"# IndexTTS2 on {environment['device']}", "", *_facts(environment, results), "", *_targets(results)]
    for name, render in parts.items():
        if name in results:
            report += ["", *render(results[name])]
    return report


def _facts(environment: Result, results: Result) -> Iterator[str]:
    for name in ("scale", "weights", "default", "torch", "cuda", "version", "source"):
        if name in environment:
            yield f"- {name}: {environment[name]}"
    yield f"- seconds in total: {results['seconds']:.0f}"
    for name in ("skipped", "failed"):
        yield f"- {name}: {'; '.join(results[name]) or 'nothing'}"


def targets(results: Result) -> list[tuple[str, str, float, float | None, bool | None]]:
    """Of each setting what is promised, the number promised, the number found, whether it is met; none if unknown.

    Upstream's way is measured in the same run; its sequential rate is what it speaks in a second, row after row.
    """
    upstream = results.get("upstream")
    theirs = _rtf(upstream) if upstream else None
    found = []
    for setting in BATCHED:
        single = results.get("single", {}).get(setting)
        ours = _rtf(single) if single else None
        batches = results.get("batches", {}).get(setting, [])
        rate = next((one["audio_per_s"] for one in batches if one["rows"] == RATE_ROWS), None)
        faster = theirs / ours if ours and theirs else None
        together = rate * theirs if rate and theirs else None
        found += [
            (setting, "RTF of one row, at most", RTF, ours, None if ours is None else ours <= RTF),
            (setting, "one row, × upstream, at least", FASTER, faster, _reaches(faster, FASTER)),
            (setting, f"{RATE_ROWS} rows, × upstream, at least", RATE, together, _reaches(together, RATE)),
        ]
    return found


def _reaches(value: float | None, least: float) -> bool | None:
    return None if value is None else value >= least


def _rtf(found: Sequence[Result]) -> float:
    """Of several texts one after another."""
    return float(sum(one["seconds"] for one in found) / sum(one["audio_s"] for one in found))


def _targets(results: Result) -> list[str]:
    verdicts = {True: "met", False: "not met", None: "not measured"}
    if results["environment"]["scale"] != "full":
        verdicts = dict.fromkeys(verdicts, "not judged: tiny")
    rows = [(*row, verdicts[met]) for *row, met in targets(results)]
    return ["Targets are for an H100.", "", *_table(("setting", "target", "", "measured", ""), rows)]


def _single(title: str, found: Sequence[Result]) -> list[str]:
    stages = list(found[0]["stages"])
    rows = [(one["audio_s"], one["first_s"], one["seconds"], one["rtf"], *one["stages"].values()) for one in found]
    return [f"## One row: {title}", "", *_table(("audio s", "first time s", "s", "RTF", *stages), rows)]


def _batches(found: dict[str, list[Result]]) -> list[str]:
    stages = ("gpt", "s2mel", "vocoder")
    head = ("setting", "rows", "audio s", "first time s", "s", "audio s per s", *stages, "peak GiB")
    names = ("rows", "audio_s", "first_s", "seconds", "audio_per_s")
    rows = [
        (setting, *(one[name] for name in names), *(one["stages"][stage] for stage in stages), one["peak_gib"])
        for setting, ones in found.items()
        for one in ones
    ]
    return ["## Rows together", "", *_table(head, rows)]


def _stream(found: Result) -> list[str]:
    head = (
        "segments a second",
        "segments",
        "rows a batch",
        "p50 s",
        "p95 s",
        "audio s per s",
        "graphs recorded",
        "peak GiB",
    )
    names = ("rate", "segments", "rows_a_batch", "p50_s", "p95_s", "audio_per_s", "recorded", "peak_gib")
    begin = f"Warm-up: {_number(found['warm_up_s'])} s, {found['graphs']} graphs."
    rows = [[one[name] for name in names] for one in found["rates"]]
    return ["## Arrivals of mixed lengths, through the real settings", "", begin, "", *_table(head, rows)]


def _decoding(found: Sequence[Result]) -> list[str]:
    head = ("rows", "codes", "prefill ms", "a further code ms", "first time s")
    names = ("rows", "codes", "prefill_ms", "step_ms", "first_take_s")
    return ["## Decoding", "", *_table(head, [[one[name] for name in names] for one in found])]


def _pair(found: Result) -> str:
    return f"{found['eager_ms']:.2f} ms, as a CUDA graph {_number(found['replayed_ms'])} ms"


def _company(found: Result) -> list[str]:
    counts = f"once more together: {found['same_again']}, alone: {found['same_alone']}"
    return [f"- rows with the same codes, of {found['rows']} decoded together: {counts}"]


def _quality(found: Result) -> list[str]:
    columns = {
        "mel_max_abs": "mel max",
        "mel_mean_abs": "mel mean",
        "waveform_snr_db": "waveform SNR dB",
        "states_relative_error": "states",
        "same_likeliest_code": "same likeliest code",
    }
    rows = [
        (part, setting, *(values.get(name, "") for name in columns))
        for part in ("steps", "gpt", "s2mel", "vocoder")
        for setting, values in found[part].items()
    ]
    return [
        "## Against float32 without TF32, 25 steps",
        "",
        RANDOM,
        "",
        *_table(("part", "setting", *columns.values()), rows),
    ]


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_number, row))} |"


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
