"""Start the article's design and keep it running, to try it by hand: see README.md."""

import argparse
import signal

from benchmarks.baseline_article.forms import FORMS
from benchmarks.baseline_article.service import running


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.baseline_article", description=__doc__)
    parser.add_argument("form", choices=FORMS, nargs="?", default="deployed")
    with running(FORMS[parser.parse_args().form]) as article:
        print(f"{article.url} (Ctrl-C stops it)", flush=True)  # noqa: T201 - this is a command line
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
