import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from speech.indextts2.checkpoint import CheckpointError
from speech.indextts2.qwen import TextEmotion, parse
from speech.utterance import EMOTIONS
from tests.support.indextts2_qwen import write


def _vector(**scores: float) -> tuple[float, ...]:
    return tuple(scores.get(name, 0.0) for name in EMOTIONS)


CALM = _vector(calm=1.0)


def test_the_taught_answer() -> None:
    """JSON with all eight Chinese labels becomes the vector in the contract's order."""
    answer = '{"高兴": 0.1, "愤怒": 0.2, "悲伤": 0.3, "恐惧": 0.4, "反感": 0.5, "低落": 0.6, "惊讶": 0.7, "自然": 0.8}'
    assert (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8) == parse(answer, "随便")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"高兴": 1.5, "愤怒": -0.5}', _vector(happy=1.2)),
        ('{"高兴": "0.4"}', _vector(happy=0.4)),
        ('<think>\n"高兴": 0.9\n</think>\n\n{"悲伤": 0.7}', _vector(sad=0.7)),
        ("高兴: 0.6, 惊讶：0.2", _vector(happy=0.6, surprised=0.2)),
        ('{"高兴": 0.6, "惊讶": 0.2', _vector(happy=0.6, surprised=0.2)),
        ('好的：{"恐惧": 1}。', _vector(afraid=1.0)),
        ('{"开心": 0.6, "惊讶": 0.2}', _vector(surprised=0.2)),
        ('"高兴"', _vector(happy=1.0)),
        ('{"emotion": "高兴"}', _vector(happy=1.0)),
        ('{"情绪": " Angry "}', _vector(angry=1.0)),
        ('{"label": "开心", "情感": "惊讶"}', _vector(surprised=1.0)),
        ('{"emotion": "高兴", "悲伤": 0.4}', _vector(sad=0.4)),
        ('{"高兴": "高兴", "悲伤": 0.4}', _vector(happy=1.0, sad=0.4)),
        ('{"高兴": "悲伤"}', _vector(sad=1.0)),
    ],
)
def test_what_can_be_understood_is(answer: str, expected: tuple[float, ...]) -> None:
    """Scores are clamped to 0…1.2; thoughts are passed over; broken JSON is read as pairs; unknown labels are not.

    A label in the place of a score counts in full, as in upstream.
    """
    assert expected == parse(answer, "随便")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "7",
        "{}",
        "我不知道",
        "高兴: 1.2.3.4.",
        '{"高兴": null, "愤怒": [1], "悲伤": {"a": 1}}',
        '{"高兴": NaN, "愤怒": Infinity, "悲伤": -Infinity}',
        '{"高兴": 0, "自然": 0.0}',
        f'{{"高兴": {"9" * 400}}}',
        "[" * 100_000,
        f"高兴: {'9' * 5000}",
        "\ud800",
    ],
    ids=lambda answer: answer[:12].encode("unicode_escape").decode(),
)
def test_nonsense_never_fails(answer: str) -> None:
    """Whatever the model says is a vector of eight finite values; where there is no emotion in it, calm."""
    vector = parse(answer, "随便")
    assert len(EMOTIONS) == len(vector)
    assert all(0 <= value <= 1.2 for value in vector)
    if "高兴: " not in answer and "9" not in answer:
        assert CALM == vector


@pytest.mark.parametrize("text", ["今天心情很低落", "so GLOOMY", "A depressed voice"])
def test_melancholy_is_taken_from_sadness(text: str) -> None:
    """In a text with a word for it the two scores change places, since the model knows only sadness."""
    assert _vector(melancholic=0.9, calm=0.1) == parse('{"悲伤": 0.9, "自然": 0.1}', text)
    assert _vector(melancholic=0.9, sad=0.2) == parse('{"悲伤": 0.9, "低落": 0.2}', text)
    assert CALM == parse("", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("qwen")
    torch.manual_seed(0)
    write(path)
    return path


def test_a_model_that_babbles_is_calm(folder: Path) -> None:
    """Random weights answer with noise, the same each time, and that is calm."""
    model = TextEmotion(folder, torch.float32, "cpu")
    model._generation.max_new_tokens = 12  # for speed
    assert CALM == model("你好") == model("你好")
    assert model._answer("你好") == model._answer("你好") != model._answer("别的话")


def test_the_prompt_is_the_official_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is asked with the system prompt it was taught with; what it answers is what is parsed."""
    model = TextEmotion(folder, torch.float32, "cpu")
    asked: list[str] = []

    def generate(*, input_ids: torch.Tensor, **_: object) -> torch.Tensor:
        asked.append(model._tokenizer.decode(input_ids[0]))
        answer = model._tokenizer('{"愤怒": 0.8}<|im_end|>', return_tensors="pt")["input_ids"]
        return torch.cat([input_ids, answer], dim=1)

    monkeypatch.setattr(model._model, "generate", generate)
    assert _vector(angry=0.8) == model("你再说一遍！")
    (prompt,) = asked
    assert (
        "<|im_start|>system\n文本情感分类<|im_end|>\n<|im_start|>user\n你再说一遍！<|im_end|>\n<|im_start|>assistant\n"
        == prompt
    )


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_folder_that_lacks_a_file_is_an_error(folder: Path, tmp_path: Path, name: str) -> None:
    """Neither a hub nor transformers' defaults take the place of a missing file."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).unlink()
    with pytest.raises(CheckpointError, match=tmp_path.name):
        TextEmotion(tmp_path, torch.float32, "cpu")


def test_a_missing_weight_is_named(folder: Path, tmp_path: Path) -> None:
    """A file of weights without one of them is an error that says which."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    state = load_file(folder / "model.safetensors")
    del state["model.norm.weight"]
    save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(CheckpointError, match=r"model\.norm\.weight"):
        TextEmotion(tmp_path, torch.float32, "cpu")
