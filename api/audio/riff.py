"""A label in a WAV, for which FFmpeg's muxer has no place: an ID3v2 tag in a RIFF chunk, where tag readers look for it.

In a whole file it stands after the samples, since simple readers take a header of 44 bytes for granted. In a stream,
where nobody knows how many samples there will be, it can only stand before them.
"""

from io import SEEK_END, BytesIO

SIZE_AT = 4
"""Where a file has the size of what follows."""

DATA_AT = 36
"""Where the chunk of samples begins, in the plain header."""

UTF_8 = b"\x03"


def chunk(name: str, value: str) -> bytes:
    """A chunk with a user-defined text (ID3v2.4: https://id3.org/id3v2.4.0-structure, -frames 4.2.6)."""
    text = UTF_8 + name.encode() + b"\0" + value.encode()
    frame = b"TXXX" + _synchsafe(len(text)) + b"\0\0" + text
    tag = b"ID3\x04\0\0" + _synchsafe(len(frame)) + frame
    return b"id3 " + len(tag).to_bytes(4, "little") + tag + b"\0" * (len(tag) % 2)


def append(file: BytesIO, chunk: bytes) -> None:
    """Put a chunk at the end of a whole file."""
    size = file.seek(0, SEEK_END) + len(chunk) - SIZE_AT - 4
    file.write(chunk)
    file.seek(SIZE_AT)
    file.write(size.to_bytes(4, "little"))


def insert(header: bytes, chunk: bytes) -> bytes:
    """A stream's header, with a chunk before the samples."""
    return header[:DATA_AT] + chunk + header[DATA_AT:]


def _synchsafe(number: int) -> bytes:
    """Seven bits a byte."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
