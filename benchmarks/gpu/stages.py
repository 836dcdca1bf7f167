"""How long speaking takes: by stage, alone, in batches, and the upstream way."""

import gc
from collections.abc import Callable
from functools import partial
from statistics import median

import torch

from benchmarks.gpu.bench import GIB, Bench, Result
from benchmarks.gpu.clock import Clock, tf32
from benchmarks.gpu.engine import Engine, Speech
from benchmarks.gpu.model import Model
from benchmarks.gpu.upstream import Upstream
from benchmarks.gpu.work import Job, Voice, job, jobs
from speech.indextts2.gpt import Sampling

TEXTS = 3
"""Lengths that are measured one by one."""

ROWS = (1, 4, 8, 16, 32)

FEWER_STEPS = 12
DEFAULT, FLOAT, QUICK = "default", "flow and vocoder in float32", f"default, {FEWER_STEPS} steps"
BATCHED = (DEFAULT, FLOAT, QUICK)

SHARED = 16
"""Rows of the batch in which a row is compared with itself alone."""

SPREAD = 7
"""The step from one voice to the next: the prompts of consecutive measurements differ in length."""


def texts(bench: Bench, among: list[Voice], take: int) -> list[Job]:
    """A short, a middle and a long one."""
    low, high = bench.scale.characters
    lengths = (low, (low + high) // 2, high)
    return [
        job(bench.scale, among[(1 + i * SPREAD) % len(among)], length, 10**6 + 100 * take + i)
        for i, length in enumerate(lengths)
    ]


def engines(bench: Bench) -> dict[str, Callable[[], Engine]]:
    """The engine's settings: its default, and what may be set otherwise; the last is upstream's search."""
    return {
        DEFAULT: lambda: Engine(bench.half),
        FLOAT: lambda: Engine(bench.mixed),
        QUICK: lambda: Engine(bench.half, FEWER_STEPS),
        "3 beams": lambda: Engine(bench.half, sampling=Sampling(beams=3)),
    }


def single(bench: Bench) -> dict[str, list[Result]]:
    """One row alone, in each setting."""
    with tf32(products=True, convolutions=True):
        return {name: _alone(bench, make()) for name, make in engines(bench).items()}


def upstream(bench: Bench) -> list[Result]:
    """The same three texts the upstream way; the rate of all three is the sequential rate."""
    with tf32(products=False, convolutions=True):
        return _each(bench, bench.mixed, Upstream(bench.mixed).speak)


def _alone(bench: Bench, engine: Engine) -> list[Result]:
    return _each(bench, engine.model, lambda job: engine.speak([job]))


def _each(bench: Bench, model: Model, speak: Callable[[Job], Speech]) -> list[Result]:
    def takes(place: int) -> Callable[[int], Speech]:
        return lambda take: speak(texts(bench, bench.voices(model), take)[place])

    return [bench.summary(*bench.repeated(takes(place))) for place in range(TEXTS)]


def batches(bench: Bench) -> dict[str, list[Result]]:
    """Rows together, in each setting but that of several beams; each count has an engine of its own."""
    found: dict[str, list[Result]] = {name: [] for name in BATCHED}
    for rows in ROWS:
        for name in BATCHED:
            if bench.budget.over:
                bench.skipped.append(f"batches: {name}, {rows} rows (time)")
                continue
            try:
                with tf32(products=True, convolutions=True):
                    found[name].append(_batch(bench, engines(bench)[name], rows))
            except torch.cuda.OutOfMemoryError:
                bench.skipped.append(f"batches: {name}, {rows} rows (memory)")
    return found


def _batch(bench: Bench, make: Callable[[], Engine], rows: int) -> Result:
    model = make().model
    among = bench.voices(model)
    before = _reset(bench.device)
    engine = make()
    summary = bench.summary(*bench.repeated(lambda take: engine.speak(jobs(bench.scale, among, rows, take))))
    if before is None:
        return {**summary, "peak_gib": None}
    peak = torch.cuda.max_memory_allocated(bench.device) - before
    return {
        **summary,
        "weights_gib": model.nbytes / GIB,
        "peak_gib": (model.nbytes + peak) / GIB,
        "reserved_with_all_models_gib": torch.cuda.max_memory_reserved(bench.device) / GIB,
    }


def _reset(device: torch.device) -> int | None:
    """Start to watch the memory; bytes that are in use now."""
    if device.type != "cuda":
        return None
    gc.collect()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats(device)
    return torch.cuda.memory_allocated(device)


def decoding(bench: Bench) -> list[Result]:
    """The GPT alone: up to the first code, and each further one."""
    engine = Engine(bench.half)
    found = []
    for rows in (1, SHARED):
        prefill, whole, codes = [], [], bench.scale.characters[1] * bench.scale.codes_per_character
        for take in range(bench.scale.repeats + 1):
            work = jobs(bench.scale, bench.voices(bench.half), rows, 100 + take)
            prefill.append(_timed(bench.device, partial(engine.decode, work, 1)))
            whole.append(_timed(bench.device, partial(engine.decode, work, codes)))
        first, all_codes = median(prefill[1:] or prefill), median(whole[1:] or whole)
        found.append(
            {
                "rows": rows,
                "codes": codes,
                "prefill_ms": 1000 * first,
                "step_ms": 1000 * (all_codes - first) / (codes - 1),
                "first_take_s": whole[0],
            }
        )
    return found


def flow_step(bench: Bench) -> Result:
    """One step of the flow, alone with guidance: launched op by op, and replayed as a CUDA graph."""
    estimator, device = bench.half.s2mel.cfm.estimator, bench.device
    weight, frames = estimator.conv1.weight, 2 * bench.scale.prompt_frames[0]
    with torch.inference_mode():
        x, prompt = torch.randn(2, 2, frames, estimator.mels, device=device).to(weight)
        content = torch.randn(2, frames, estimator.cond_projection.in_features, device=device).to(weight)
        style = torch.randn(2, bench.scale.config.s2mel.style_encoder.dim, device=device).to(weight)
        rows = estimator.rows(prompt, content, style, torch.full((2,), frames, device=device))
        (moment,) = estimator.moments(torch.full((1,), 0.5, device=device))

        def step() -> None:
            estimator(x, rows, moment)

        eager = _many(device, step)
        return {"frames": frames, "eager_ms": eager, "replayed_ms": _replayed(device, step)}


def _replayed(device: torch.device, step: Callable[[], None]) -> float | None:
    if device.type != "cuda":
        return None
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return _many(device, graph.replay)


def _many(device: torch.device, step: Callable[[], None], count: int = 10) -> float:
    """Milliseconds a call, of several that are not waited for singly."""

    def run() -> None:
        for _ in range(count):
            step()

    _timed(device, run)
    return 1000 * median(_timed(device, run) for _ in range(3)) / count


def conditioning(bench: Bench) -> Result:
    """What the GPT makes of a recording; the engine keeps it, upstream makes it for each segment."""
    gpt, voice = bench.half.gpt, bench.voices(bench.half)[-1]

    def run() -> None:
        with torch.inference_mode():
            gpt.speaker_latents(voice.semantic)
            gpt.emotion_vector(voice.semantic)

    return {"prompt_frames": voice.prompt_mel.shape[1], "ms": _many(bench.device, run)}


def _timed(device: torch.device, run: Callable[[], object]) -> float:
    clock = Clock(device)
    run()
    clock.lap("run")
    return clock.total


def company(bench: Bench) -> Result:
    """Whether a row is the same alone and in a batch on this device, where matrix products round by their shapes."""
    work = jobs(bench.scale, bench.voices(bench.half), SHARED, 200)
    engine = Engine(bench.half)
    together = [codes.codes.tolist() for codes in engine.decode(work)]
    alone = [engine.decode([one])[0].codes.tolist() for one in work]
    again = [codes.codes.tolist() for codes in engine.decode(work)]
    return {
        "rows": SHARED,
        "same_again": sum(a == b for a, b in zip(together, again, strict=True)),
        "same_alone": sum(a == b for a, b in zip(together, alone, strict=True)),
        "common_codes": [_common(a, b) for a, b in zip(together, alone, strict=True)],
    }


def _common(first: list[int], second: list[int]) -> float:
    """The share of the row before the first code that differs."""
    same = next((i for i, (a, b) in enumerate(zip(first, second, strict=True)) if a != b), len(first))
    return same / len(first)
