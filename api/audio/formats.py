"""The formats in which speech can be had, and what each of them can be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from api import problems
from api.audio import riff
from api.labels.metadata import NAME
from api.problems import Refusal

RATES = (8000, 16000, 22050, 24000, 44100, 48000)
"""Samples a second."""

SAMPLE_BITS = 16


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Format:
    """`muxer`, `codec` and options are FFmpeg's; `rates` are in samples a second, bit rates in bits a second.

    Of a stream the length is not known when its beginning is sent.
    """

    name: str
    media_type: str
    muxer: str
    codec: str
    rates: tuple[int, ...] = RATES
    bit_rates: tuple[int, int] | None = None
    """The lowest and the highest; None where there is nothing to choose."""
    bit_rate: int | None = None
    """Unless another was asked for."""
    lead: int = 0
    """Samples of silence that a file begins with, and has no mark for."""
    file_options: Mapping[str, str] = field(default_factory=_none)
    stream_options: Mapping[str, str] = field(default_factory=_none)
    label_options: Mapping[str, str] = field(default_factory=_none)
    """What is to be added to these for a muxer to write a label."""

    @property
    def is_plain(self) -> bool:
        """Whether the samples stand in it as they are, or each by itself in another form."""
        return self.codec.startswith("pcm_")

    def takes(self, bit_rate: int) -> bool:
        return self.bit_rates is not None and self.bit_rates[0] <= bit_rate <= self.bit_rates[1]


AAC = Format(
    "aac",
    "audio/aac",
    "adts",
    "aac",
    bit_rates=(16_000, 256_000),
    bit_rate=64_000,
    lead=1024,
    label_options={"write_id3v2": "1"},
)

FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("wav", "audio/wav", "wav", "pcm_s16le"),
        Format("mp3", "audio/mpeg", "mp3", "libmp3lame", bit_rates=(16_000, 160_000), bit_rate=64_000),
        AAC,
        replace(
            AAC,
            name="m4a",
            media_type="audio/mp4",
            muxer="ipod",
            lead=0,
            file_options={"movflags": "+faststart"},
            stream_options={"movflags": "+delay_moov+default_base_moof", "frag_duration": "200000"},  # in µs
            label_options={"movflags": "+use_metadata_tags"},
        ),
        Format(
            "opus",
            "audio/ogg",
            "ogg",
            "libopus",
            rates=(8000, 16000, 24000, 48000),
            bit_rates=(8_000, 128_000),
            bit_rate=32_000,
            stream_options={"page_duration": "200000"},  # in µs
        ),
        Format("flac", "audio/flac", "flac", "flac"),
        Format("pcm", "audio/pcm", "s16le", "pcm_s16le"),
        Format("ulaw", "audio/basic", "mulaw", "pcm_mulaw", rates=(8000,)),
        Format("alaw", "audio/x-alaw-basic", "alaw", "pcm_alaw", rates=(8000,)),
    )
}


@dataclass(frozen=True)
class Encoding:
    """What an answer is to be; None is what suits the format and the engine."""

    format: Format = FORMATS["wav"]
    sample_rate: int | None = None
    bit_rate: int | None = None
    label: str = ""
    """What its metadata say of its origin, where the format has a place for it."""

    def rate_of(self, engine_rate: int) -> int:
        """Samples a second of an answer whose engine makes so many."""
        enough = (rate for rate in self.format.rates if rate >= engine_rate)
        return self.sample_rate or next(enough, self.format.rates[-1])

    def options(self, *, stream: bool) -> dict[str, str]:
        """The muxer's."""
        options = dict(self.format.stream_options if stream else self.format.file_options)
        for name, value in self.format.label_options.items() if self.label else ():
            options[name] = options.get(name, "") + value
        return options

    @property
    def chunk(self) -> bytes:
        """What a WAV has its label in."""
        return riff.chunk(NAME, self.label) if self.label and self.format.muxer == "wav" else b""

    def lead_s(self, engine_rate: int) -> float:
        """The silence with which a file begins."""
        return self.format.lead / self.rate_of(engine_rate)

    def bytes_per_s(self, engine_rate: int) -> float:
        """At most, but for headers."""
        bits = self.bit_rate or self.format.bit_rate or SAMPLE_BITS * self.rate_of(engine_rate)
        return bits / 8


def encoding_of(name: str, sample_rate: int | None, bit_rate: int | None) -> Encoding:
    """What was asked for, or `Refusal`."""
    chosen = FORMATS.get(name)
    if chosen is None:
        raise Refusal(problems.INVALID_FORMAT, field="response_format")
    if sample_rate is not None and sample_rate not in chosen.rates:
        raise Refusal(problems.INVALID_SAMPLE_RATE, field="sample_rate")
    if bit_rate is not None and not chosen.takes(bit_rate):
        raise Refusal(problems.INVALID_BIT_RATE, field="bit_rate")
    return Encoding(chosen, sample_rate, bit_rate)
