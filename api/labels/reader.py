"""The label of a file of any format, by FFmpeg's demuxers."""

import json
from typing import BinaryIO

import av

from api.labels.metadata import NAME, Fields

CONTAINERS = "wav,mp3,aac,mov,ogg,flac"
"""Others are not opened: what FFmpeg reads as a playlist would have it open what its author likes."""


def read(file: BinaryIO) -> tuple[str, Fields | None]:
    """FFmpeg's name of the container, and the fields of the label, if there is one; ValueError if it is no sound."""
    options = {"format_whitelist": CONTAINERS}
    try:
        with av.open(file, "r", options=options, metadata_errors="replace") as container:
            places = [container.metadata, *(stream.metadata for stream in container.streams)]
            name, has_sound = container.format.name, bool(container.streams.audio)
    except av.FFmpegError as error:
        raise ValueError(error.strerror) from error
    if not has_sound:
        raise ValueError("no sound")
    found = (value for place in places for key, value in place.items() if key.upper() == NAME)
    return name, next(filter(None, map(_fields, found)), None)


def _fields(value: str) -> Fields | None:
    """Of a label as the standard has it, and of one without the outer object, as others write it."""
    try:
        label = json.loads(value)
        label = label.get(NAME, label)
        return {str(name): str(content) for name, content in label.items()}
    except (ValueError, AttributeError, RecursionError):
        return None
