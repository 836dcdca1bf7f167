"""The emotion that a text is spoken with, as IndexTTS2's fine-tuned Qwen3 reads it; optional."""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, GenerationConfig, Qwen3Config, Qwen3ForCausalLM

from speech.indextts2.checkpoint import CheckpointError
from speech.utterance import EMOTIONS

PROMPT = "文本情感分类"
LABELS = dict(zip(("高兴", "愤怒", "悲伤", "恐惧", "反感", "低落", "惊讶", "自然"), EMOTIONS, strict=True))
ALIASES = ("emotion", "emotion_label", "label", "情感", "情绪")
SCORES = (0.0, 1.2)

MELANCHOLIC = ("低落", "melancholy", "melancholic", "depression", "depressed", "gloomy")
"""The model calls everything sad; where a text has such a word, upstream takes its sad for melancholic."""

MAX_TOKENS = 256
"""A full answer, eight labels with numbers in JSON, has about 100."""

PAIR = re.compile(r"""(\w+)["']?\s*[:：]\s*["']?(\d+(?:\.\d+)?)""")

Vector = tuple[float, ...]


class TextEmotion:
    """Loads the model from `folder`, and from nowhere else. Raises `CheckpointError` if it is not there as a whole."""

    def __init__(self, folder: Path, dtype: torch.dtype, device: torch.device | str) -> None:
        self._tokenizer, model = _load(folder, dtype)
        self._model = model.to(device).eval()
        self._generation = GenerationConfig(  # type: ignore[no-untyped-call]  # transformers' own gap
            do_sample=False,  # upstream samples; here the same text has the same emotion every time
            max_new_tokens=MAX_TOKENS,
            eos_token_id=model.generation_config.eos_token_id,
            pad_token_id=self._tokenizer.eos_token_id,
        )

    def __call__(self, text: str) -> Vector:
        """The vector of the text, each value 0…1.2, in the order of `EMOTIONS`; calm if the model talks nonsense."""
        return parse(self._answer(text), text)

    @torch.inference_mode()
    def _answer(self, text: str) -> str:
        messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": text}]
        prompt = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        inputs = self._tokenizer([prompt], return_tensors="pt").to(self._model.device)
        output = self._model.generate(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            generation_config=self._generation,
        )
        answer = self._tokenizer.decode(output[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
        return str(answer)


def _load(folder: Path, dtype: torch.dtype) -> tuple[Any, Any]:
    """Tokenizer and model; transformers would fill a missing weight with random numbers."""
    try:
        config = Qwen3Config.from_json_file(folder / "config.json")
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        loaded: Any = Qwen3ForCausalLM.from_pretrained(
            folder, config=config, local_files_only=True, dtype=dtype, output_loading_info=True
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{folder}: 缺少文件或文件损坏 (missing or damaged): {error}") from error
    model, report = loaded
    if missing := sorted(report["missing_keys"]):
        raise CheckpointError(f"{folder}: 缺少 (missing) {', '.join(missing[:3])}")
    return tokenizer, model


def parse(answer: str, text: str) -> Vector:
    """The vector in the model's `answer` about `text`. Never fails: what cannot be understood is calm."""
    scores = _scores(answer.rpartition("</think>")[2])
    if any(word in text.lower() for word in MELANCHOLIC):
        scores["sad"], scores["melancholic"] = scores.get("melancholic", 0.0), scores.get("sad", 0.0)
    low, high = SCORES
    vector = tuple(min(max(scores.get(name, 0.0), low), high) for name in EMOTIONS)
    return vector if any(vector) else tuple(float(name == "calm") for name in EMOTIONS)


def _scores(answer: str) -> dict[str, float]:
    """By English name; JSON as the model was taught, or whatever looks like pairs of a label and a number."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        found = None
    pairs = found.items() if isinstance(found, Mapping) else PAIR.findall(answer)
    scores = {LABELS[label]: number for label, value in pairs if label in LABELS and (number := _number(value))}
    return scores | dict.fromkeys(_named(found), 1.0)


def _named(found: Any) -> list[str]:
    """What the model names instead of scoring, as it does now and then: `{"emotion": "高兴"}`, `{"高兴": "高兴"}`."""
    if not isinstance(found, Mapping):
        found = {ALIASES[0]: found}
    scored = bool(LABELS.keys() & found.keys())
    names = [name for key in (LABELS if scored else ALIASES) if (name := _label(found.get(key)))]
    return names if scored else names[:1]


def _label(value: Any) -> str:
    """The English name that a value is, in either language; "" if it is none."""
    name = value.strip().lower() if isinstance(value, str) else ""
    return LABELS.get(name, name if name in EMOTIONS else "")


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0
