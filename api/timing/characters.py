"""From the times of what is spoken to those of what is written."""

from itertools import groupby

import numpy as np

from api.engine.engine import Times
from api.synthesis.segments import Segment


def written_times(segment: Segment, times: Times) -> Times:
    """Times of the original's characters, of `times` of the text's; NaN of one for which nothing is spoken.

    What is spoken in other words shares their time in equal parts.
    """
    if segment.spans is None:
        return times
    written = np.full((segment.end - segment.start, 2), np.nan, np.float32)
    for (start, end), group in groupby(range(len(times)), key=segment.spans.__getitem__):
        spoken = times[[*group]]
        edges = np.linspace(spoken[0, 0], spoken[-1, 1], end - start + 1)
        written[start - segment.start : end - segment.start] = np.stack([edges[:-1], edges[1:]], axis=1)
    return written
