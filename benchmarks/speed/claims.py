"""What the README and the documentation say of speed, in the words of the newest results.

`python -m benchmarks.speed.claims` writes it between the two marks in each file; a test compares.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.load.markdown import table
from benchmarks.load.report import VERDICTS
from benchmarks.load.statistics import percentile
from benchmarks.speed.part import Result
from benchmarks.speed.parts.article import OURS, WAIT_CALLERS
from benchmarks.speed.report import RESULTS, judge
from benchmarks.speed.visit_tables import best, wait_p95_s
from compose.local.settings import ROOT

BEGIN, END = "<!-- speed -->", "<!-- /speed -->"
SYSTEMS = (OURS, "deployed", "printed")
CHARACTERS = 20


def newest(folder: Path = RESULTS) -> tuple[str, Result]:
    """The stem of its files, and what it found."""
    file = max(folder.glob("speed-*.json"))
    return file.stem, json.loads(file.read_text("utf-8"))


@dataclass(frozen=True)
class Words:
    """What a README says around the numbers, in its language."""

    about: str
    systems: tuple[str, str, str]
    rows: tuple[str, str, str]
    first: str


ENGLISH = Words(
    "Sentences of 20 characters, the voice `baker` on {cores} cores ({cpu}), {date};\n"
    "[the whole report](benchmarks/results/{stem}.md). Haoshuo answers through TLS and with exact limits,\n"
    "the article's design with neither.",
    ("Haoshuo", "the article's design with gunicorn", "as printed"),
    ("calls a second", "audio seconds a second", f"95 % of {WAIT_CALLERS} callers wait less than"),
    "The first sound is there after {short} for 20 characters, {long} for 1000\ncharacters (median, one caller).",
)
CHINESE = Words(
    "20 字的句子，音色 `baker`，{cores} 核（{cpu}），{date}；[完整报告](benchmarks/results/{stem}.md)。\n"
    "好说的数字含 TLS 与精确限流，文章的设计两者都没有。",
    ("好说", "文章的设计（gunicorn）", "文章原样"),
    ("每秒调用", "每秒音频秒数", f"{WAIT_CALLERS} 个并发时 95 % 的等待少于"),
    "首个声音：20 字的文本 {short}，1000 字的文本 {long}（单个调用者，中位数）。",
)


def readme(words: Words, stem: str, results: Result) -> Iterator[str]:
    date, cpu, cores = _machine(results)
    yield words.about.format(cores=cores, cpu=cpu, date=date, stem=stem)
    yield from ("", *_side_by_side(results, ("", *words.systems), words.rows), "")
    yield words.first.format(short=_first(results, 20), long=_first(results, 1000))


def targets(stem: str, results: Result) -> Iterator[str]:
    """Of every part, for docs/."""
    date, cpu, cores = _machine(results)
    yield f"{cores} cores ({cpu}), {date}, the whole of it in [the report](../benchmarks/results/{stem}.md):"
    rows = [(one.what, one.limit, one.measured, VERDICTS[one.kept]) for one in judge(results)]
    yield from ("", *table(("target", "limit", "measured", ""), rows))


FILES: Mapping[str, Callable[[str, Result], Iterator[str]]] = {
    "README.md": partial(readme, ENGLISH),
    "README.zh-CN.md": partial(readme, CHINESE),
    "docs/performance.md": targets,
}


def claimed(text: str, lines: Iterator[str]) -> str:
    """The text with these lines between its marks."""
    between = "\n".join([BEGIN, *lines, END])
    return re.sub(f"{BEGIN}.*{END}", lambda _: between, text, count=1, flags=re.DOTALL)


def main() -> int:
    for name, lines in FILES.items():
        file = ROOT / name
        file.write_text(claimed(file.read_text("utf-8"), lines(*newest())), "utf-8")
    return 0


def _machine(results: Result) -> tuple[str, str, int]:
    environment = results["environment"]
    wide = ", AVX-512" if environment["avx512"] else ""
    return environment["date"][:10], environment["cpu"] + wide, environment["cores"]


def _side_by_side(results: Result, head: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    visits = results["parts"]["article"]["visits"]
    measured = [[best(visits, system, CHARACTERS, unit) for system in SYSTEMS] for unit in ("calls_per_s", "goodput")]
    waits = [_seconds(wait_p95_s(visits, system, CHARACTERS, WAIT_CALLERS)) for system in SYSTEMS]
    rows: list[Sequence[object]] = [*measured, waits]
    return table(head, [(name, *row) for name, row in zip(names, rows, strict=True)])


def _first(results: Result, characters: int) -> str:
    heard = [one["first_s"] for one in results["parts"]["first-audio"]["alone"] if one["characters"] == characters]
    return _seconds(percentile(heard, 0.5))


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2g} s"


if __name__ == "__main__":
    sys.exit(main())
