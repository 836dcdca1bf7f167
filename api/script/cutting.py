"""Runs → segments with their places in the original."""

from collections.abc import Sequence
from dataclasses import replace

from api.script.run import LONGEST_PAUSE_S, Run
from api.synthesis.segments import Segment, cut_part


def segments_of(original: str, runs: Sequence[Run], limit: int) -> list[Segment]:
    """What is spoken of a text at a time: segments no longer than `limit`, none of which is of two runs.

    A pause that was asked for stands instead of the one that a reader would make; several together are their sum, but
    no longer than the longest. Behind the last segment there is none but such. Without anything to pronounce there is
    no segment.
    """
    segments: list[Segment] = []
    lead_s, asked_s = 0.0, None
    for number, run in enumerate(runs):
        for part in cut_part(run.spoken.text, limit, run.style.speed, opens=not segments):
            segments.append(_placed(part, number, run, original))
            asked_s = None
        if run.pause_s is None:
            continue
        if segments:
            asked_s = min((asked_s or 0.0) + run.pause_s, LONGEST_PAUSE_S)
            segments[-1] = replace(segments[-1], pause_s=asked_s)
        else:
            lead_s = min(lead_s + run.pause_s, LONGEST_PAUSE_S)
    if segments:
        segments[0] = replace(segments[0], lead_s=lead_s)
        segments[-1] = replace(segments[-1], pause_s=asked_s or 0.0)
    return segments


def segments_of_part(original: str, part: Segment, runs: Sequence[Run], limit: int) -> list[Segment]:
    """What is spoken of a part of a text that is still written, as these runs, which have one style.

    The pause after the part stays, if no other was asked for.
    """
    if [run.spoken.text for run in runs] == [part.text]:
        return [part]
    segments = [replace(segment, run=0) for segment in segments_of(original, runs, limit)]
    if segments and not segments[-1].pause_s:
        segments[-1] = replace(segments[-1], pause_s=part.pause_s)
    return segments


def _placed(part: Segment, number: int, run: Run, original: str) -> Segment:
    """A segment of a run's text as one of the original."""
    spoken = run.spoken[part.start : part.end]
    start, end = spoken.span
    return replace(part, start=start, end=end, run=number, written=original[start:end], spans=spoken.spans)
