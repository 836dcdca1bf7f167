"""Start the article's design and keep it running, to try it by hand: see README.md."""

import argparse
import contextlib
import signal

from benchmarks.baseline_article.forms import FORMS
from benchmarks.baseline_article.service import running


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.baseline_article", description=__doc__)
    parser.add_argument("form", choices=FORMS, nargs="?", default="deployed")
    form = FORMS[parser.parse_args().form]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was started is stopped
    with contextlib.suppress(KeyboardInterrupt), running(form) as article:
        print(f"{article.url} (Ctrl-C stops it)", flush=True)  # noqa: T201 - this is a command line
        signal.pause()


if __name__ == "__main__":
    main()
