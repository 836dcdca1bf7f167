"""How good the voices are, as far as programs can judge it: see README.md."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.load.environment import environment
from benchmarks.load.plan import CORES
from benchmarks.voice import report
from benchmarks.voice.measuring import Measuring, Wanted
from benchmarks.voice.sentences import LISTS
from benchmarks.voice.sources import EdgeSource, EngineSource
from benchmarks.voice.takes import Panel
from benchmarks.voice.voices import DEFAULTS, UNNAMED, VOICES
from compose.local.settings import LocalSettings
from speech.voice import Voice

QUICK = 6
"""Sentences of a list."""

KEY = "HAOSHUO_API_KEY"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every gate is kept."""
    options = _parser().parse_args(arguments)
    results = measure(options)
    report.write(options.out, results)
    print("\n".join(report.lines(results)))  # noqa: T201 - this is a command line
    return int(any(promise.kept is False for promise in report.promises(results)))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line asks for: of the edge, or of engines one after another."""
    wanted = Wanted(options.list, options.speed or [1.0], not options.no_emotions, QUICK if options.quick else None)
    measuring = Measuring(Panel(options.threads), wanted, _say)
    found = {}
    if options.url:
        edge = EdgeSource(options.url, os.environ[KEY], options.ca)
        found["edge"] = measuring.engine(edge, [replace(UNNAMED, id=name) for name in options.voice or [""]], UNNAMED)
    for name in [] if options.url else options.engine or VOICES:
        engine = EngineSource(name, options.voices, options.threads)
        found[name] = measuring.engine(engine, _chosen(name, options.voice), DEFAULTS[name])
    return {"environment": environment("quick" if options.quick else "whole"), "engines": found}


def _chosen(engine: str, names: Sequence[str] | None) -> Sequence[Voice]:
    """The default, or those that are named, or all."""
    if names is None:
        return [DEFAULTS[engine]]
    return [voice for voice in VOICES[engine] if voice.id in names or "all" in names]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.voice", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON and the tables")
    parser.add_argument("--engine", action="append", choices=VOICES, help="only this one; may be repeated")
    parser.add_argument("--voice", action="append", help="not the default one, but this one, or all; may be repeated")
    parser.add_argument("--list", action="append", choices=LISTS, help="only these sentences; may be repeated")
    parser.add_argument("--speed", action="append", type=float, help="1.0 if it is not given; may be repeated")
    parser.add_argument("--no-emotions", action="store_true", help="leave the emotions of the default voice out")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} sentences of each list: to see that it works")
    parser.add_argument("--url", help=f"not the engines, but a stack's edge, with the key in ${KEY}")
    parser.add_argument("--ca", type=Path, help="certificate of who signed the edge's")
    parser.add_argument("--voices", type=Path, default=LocalSettings().voices_dir, help="has a folder for each engine")
    parser.add_argument("--threads", type=int, default=CORES, help="of the engine, and of each judge")
    return parser


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line


if __name__ == "__main__":
    sys.exit(main())
