"""The text of a request → its script: the runs that are spoken."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Literal

from api import problems
from api.hygiene.cleaning import NOTHING, Cleaning
from api.problems import Refusal
from api.script import marks, ssml
from api.script.edits import SpokenText
from api.script.run import LONGEST_PAUSE_S, Run
from api.script.style import Style
from api.synthesis.voices import Voices

ALL_PAUSES_S = 300.0

InputType = Literal["auto", "text", "ssml"]
"""`auto` is SSML where a text begins as such a document does."""

DOCUMENT = re.compile(r"(?:<\?xml[^<>]*>\s*)?<(?:speak|!DOCTYPE\s+speak)[\s/>]")
FENCE = re.compile(r"^ {0,3}```", re.MULTILINE)
ENDS = re.compile(r"[\s。！？；!?;.…，、：,:”’」』）】》〉)\]}]+")
"""What belongs to the words before it."""


def read(
    text: str, input_type: InputType, style: Style, voices: Voices, cleaning: Cleaning = NOTHING
) -> tuple[Run, ...]:
    """What is spoken of a text and how, as its markup and its marks say, or `Refusal`; an SSML has no Markdown."""
    is_ssml = input_type == "ssml" or (input_type == "auto" and DOCUMENT.match(text))
    if is_ssml:
        cleaning = replace(cleaning, markdown=False, code="keep")
    runs = _joined(ssml.read(text, style, voices)) if is_ssml else [Run(SpokenText.of(text), style)]
    clean = [replace(run, spoken=cleaning.clean(run.spoken)) for run in runs]
    return _checked(tuple(chain.from_iterable(map(marks.split, clean))))


def read_part(text: str, start: int, end: int, style: Style, cleaning: Cleaning) -> tuple[Run, ...]:
    """What is spoken of `text[start:end]`, a part of a line of a text that is still written, or `Refusal`.

    It is read by itself, but for blocks of code, of which nothing is spoken unless code is to be kept.
    """
    if cleaning.code != "keep" and _is_code(text, start):
        return ()
    part = SpokenText(text[start:end], tuple((at, at + 1) for at in range(start, end)))
    return _checked(tuple(marks.split(Run(cleaning.clean(part), style))))


def _is_code(text: str, at: int) -> bool:
    """Whether that place is in a block between fences, or in a line that is one."""
    line = text.rfind("\n", 0, at) + 1
    return bool(FENCE.match(text, line)) or len(FENCE.findall(text[:at])) % 2 == 1


def _checked(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    pauses = [run.pause_s for run in runs if run.pause_s]
    if max(pauses, default=0.0) > LONGEST_PAUSE_S or sum(pauses) > ALL_PAUSES_S:
        raise Refusal(problems.INVALID_PAUSE, longest=LONGEST_PAUSE_S, total=ALL_PAUSES_S)
    return runs


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """In one what nothing parts; what ends words stays with them, whatever the style behind them."""
    groups: list[list[Run]] = []
    for run in runs:
        rest = run
        if groups and groups[-1][-1].pause_s is None:
            own = run.style == groups[-1][0].style or not run.spoken.text
            ends = ENDS.match(run.spoken.text)
            at = len(run.spoken) if own else ends.end() if ends else 0
            groups[-1].append(Run(run.spoken[:at], run.style, run.pause_s if own else None))
            if own:
                continue
            rest = replace(run, spoken=run.spoken[at:])
        groups.append([rest])
    for group in groups:
        yield Run(SpokenText.joined(run.spoken for run in group), group[0].style, group[-1].pause_s)
