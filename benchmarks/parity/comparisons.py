"""What is compared, stage by stage and as a whole."""

from collections.abc import Iterator
from dataclasses import fields

import torch

from benchmarks.parity.bench import TEXTS, WHOLE, Bench
from benchmarks.parity.findings import Finding, difference, equality
from benchmarks.parity.oracle import Generation
from benchmarks.parity.ours import Engine
from speech.indextts2.gpt import Sampling
from speech.indextts2.voices import VoiceState
from speech.silence import trim
from speech.utterance import Utterance

STEPS = 25
SAMPLE_RATE = 22050

DECODING: dict[str, tuple[Sampling, Generation]] = {
    "greedy": (
        Sampling(greedy=True, repetition_penalty=1.0),
        {"num_beams": 1, "repetition_penalty": 1.0},
    ),
    "greedy, repetition penalty 10": (
        Sampling(greedy=True, repetition_penalty=10.0),
        {"num_beams": 1, "repetition_penalty": 10.0},
    ),
    "3 beams, repetition penalty 10": (
        Sampling(greedy=True, repetition_penalty=10.0, beams=3),
        {"num_beams": 3, "repetition_penalty": 10.0, "length_penalty": 0.0},
    ),
}


def findings(bench: Bench) -> Iterator[Finding]:
    yield from voices(bench)
    yield from inputs(bench)
    for name in DECODING:
        yield from decoding(bench, name)
    yield from sound(bench)
    yield from whole(bench)
    yield from unlike(bench)


def voices(bench: Bench) -> Iterator[Finding]:
    """Two recordings, one by one in both."""
    theirs = bench.voices.values()
    ours = [bench.ours.voice(path) for path in bench.recordings.values()]
    semantic = [bench.ours.semantic(path) for path in bench.recordings.values()]
    yield difference("voice: semantic features", semantic, [voice.semantic for voice in theirs])
    for name in (field.name for field in fields(VoiceState)):
        pair = [[getattr(voice, name) for voice in voices] for voices in (ours, theirs)]
        yield difference(f"voice: {name}", *pair)


def inputs(bench: Bench) -> Iterator[Finding]:
    """Of the GPT: what the text and the emotion become."""
    speeches, voices = bench.speeches, bench.spoken_with
    yield equality("text: tokens", [bench.ours.ids(text) for _, text, _ in TEXTS], [one.ids for one in speeches])
    chosen = [i for i, (_, _, vector) in enumerate(TEXTS) if any(vector)]
    mixed = [bench.ours.emovec(voices[i], TEXTS[i][2]) for i in chosen]
    yield difference("emotion vector with the bank", mixed, [speeches[i].emovec for i in chosen])
    prefixes = [bench.ours.prefix(*pair) for pair in zip(voices, speeches, strict=True)]
    yield difference("gpt: prefix", prefixes, [one.prefix for one in speeches])


def decoding(bench: Bench, name: str) -> Iterator[Finding]:
    """All rows in one batch of ours, one by one in the oracle."""
    sampling, generation = DECODING[name]
    limited = {**generation, "max_generate_length": bench.longest}
    theirs = [
        bench.oracle.decode(voice, speech, limited)
        for voice, speech in zip(bench.spoken_with, bench.speeches, strict=True)
    ]
    ours = bench.ours.decode(bench.speeches, bench.longest, sampling)
    yield equality(f"gpt: codes, {name}", [row.codes for row in ours], [codes for codes, _ in theirs])
    yield difference(f"gpt: states, {name}", [row.hidden for row in ours], [hidden for _, hidden in theirs])


def sound(bench: Bench) -> Iterator[Finding]:
    """From codes on, each stage from what upstream's stage before it made; mels and waveforms in one batch of ours."""
    speeches = bench.speeches
    yield difference("s2mel: content", map(bench.ours.content, speeches), [one.content for one in speeches])
    yield difference(
        "s2mel: length regulator", map(bench.ours.condition, speeches), [one.condition for one in speeches]
    )
    mels = bench.ours.mels(bench.spoken_with, [one.condition for one in speeches], STEPS)
    yield difference(f"s2mel: mel, {STEPS} steps", mels, [one.mel for one in speeches])
    waveforms = bench.ours.waveforms([one.mel for one in speeches])
    yield difference("bigvgan: waveform", waveforms, [one.waveform for one in speeches])


def whole(bench: Bench) -> Iterator[Finding]:
    """Text and recording to waveform by both whole programs, nothing handed over; one batch of ours."""
    utterances = [
        Utterance(text, name, vector, seed=seed, intensity=1.0, voice_audio=bench.recordings[name].read_bytes())
        for seed, (name, text, vector) in enumerate(TEXTS)
    ]
    ours = Engine(bench.folder).speak(utterances)
    yield difference("text to mel", [mel for mel, _ in ours], [one.mel for one in bench.speeches])
    theirs = [torch.from_numpy(trim(one.waveform.numpy(), SAMPLE_RATE)) for one in bench.speeches]
    yield difference("text to waveform, trimmed", [wave for _, wave in ours], theirs)


def unlike(bench: Bench) -> Iterator[Finding]:
    """Where we chose to differ, and how much that is; nothing is judged by it."""
    generation = {**WHOLE, "max_generate_length": bench.longest}
    shifted = [
        bench.oracle.decode(*pair, generation, positions=True)[0]
        for pair in zip(bench.spoken_with, bench.speeches, strict=True)
    ]
    codes = [speech.codes for speech in bench.speeches]
    yield equality("upstream's own positions: codes", codes, shifted) | {"judged": False}
