"""What is heard before speech: the explicit label of GB 45438-2025, which may stand at the beginning.

It is of nothing that a caller wrote: it only takes time, and costs nothing.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from api.engine.errors import EngineFailedError, NothingToSpeakError
from api.labels.notice import NOTICE
from api.labels.policy import Audible
from api.labels.rhythm import rhythm
from api.synthesis.segments import Break, Segment
from api.synthesis.synthesizer import Sound

OF_NO_TEXT = Segment("", 0, 0, Break.PARAGRAPH.value)


def segments_of(label: Audible | None, segments: list[Segment]) -> list[Segment]:
    """What is to be spoken."""
    return [NOTICE, *segments] if label == "notice" else segments


async def labelled(sounds: AsyncGenerator[Sound, None], label: Audible | None) -> AsyncGenerator[Sound, None]:
    """The sounds of such segments, the first of which is what the label is.

    It comes together with the first sound of the text: where that fails nothing has been said, and the rhythm has its
    rate and level.
    """
    async with aclosing(sounds):
        notice = await anext(sounds) if label == "notice" else None
        if notice and notice.segment is not NOTICE:
            raise EngineFailedError("the notice was not spoken")
        first = await anext(sounds, None)
        if first is None:
            raise NothingToSpeakError
        if label == "rhythm":
            yield Sound(rhythm(first.speech), OF_NO_TEXT, label)
        if notice:
            yield Sound(notice.speech, OF_NO_TEXT, label)
        yield first
        async for sound in sounds:
            yield sound
