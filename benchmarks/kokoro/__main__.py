"""How fast Kokoro's optimised graphs are beside the published one, and how near they sound: see README.md."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.kokoro import report
from benchmarks.kokoro.measuring import apart, timed
from benchmarks.kokoro.models import Speak, Texts, ours, published
from benchmarks.load.bench import Result
from benchmarks.load.environment import environment
from compose.local.settings import ROOT

TEXTS = (
    "你好。",
    "今天天气很好，我们去公园散步吧。",
    "请问去火车站怎么走？我想坐十点的高铁去上海。",
    "春天来了，山上的桃花开得正好，游人三三两两地走在小路上，孩子们在草地上放风筝。",
    "她说这本书非常有意思，里面讲的是一个普通人如何在城市里找到自己的位置，读完以后让人久久不能平静，我想你会喜欢。",
)
VOICE = "xiaoxiao"
THREADS = (1, 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if everything was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kokoro", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON and the table")
    parser.add_argument("--rounds", type=int, default=7, help="warm runs of each text by each model")
    parser.add_argument("--packages", type=Path, default=ROOT / ".local/wheels", help="the packages of the voice")
    parser.add_argument("--folder", type=Path, default=ROOT / ".local/voices/kokoro", help="the files made from them")
    options = parser.parse_args(arguments)
    results = {"environment": environment(f"{options.rounds} rounds"), "texts": measure(options)}
    report.write(options.out, results)
    print("\n".join(report.lines(results)))  # noqa: T201 - this is a command line
    return 0


def measure(options: argparse.Namespace) -> list[Result]:
    """For each number of threads and each text."""
    texts = Texts(options.folder)
    return [
        found
        for threads in THREADS
        for found in _measured(texts, _models(options.packages, options.folder, threads), options.rounds, threads)
    ]


def _models(packages: Path, folder: Path, threads: int) -> dict[str, Speak]:
    return {"published": published(packages, threads), "ours": ours(folder, threads)}


def _measured(texts: Texts, models: dict[str, Speak], rounds: int, threads: int) -> list[Result]:
    results = []
    for text in TEXTS:
        inputs = texts.inputs(text, VOICE)
        found = {"text": text, "threads": threads, **timed(models, inputs, rounds), **apart(**models, inputs=inputs)}
        results.append(found)
    return results


if __name__ == "__main__":
    sys.exit(main())
