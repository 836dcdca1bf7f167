import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from speech.errors import NothingToSpeakError, SpeechError, TextTooLongError
from speech.indextts2.configuration import ConfigurationError, Gpt
from speech.indextts2.glossary import Glossary
from speech.indextts2.tokens import Tokens

HAN = "你好世界今天下午三点见我们去银的年月日百千万元"
MARKS = ["XVAN4", "XING2", "HANG2", "YU4"]
WORDS = "HELLO WORLD, WHERE IS THE MONEY? I LIKE APPLES! DON'T - STOP ... NOW."

MakeTokens = Callable[..., Tokens]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As in the official bpe.model, a character and a mark are pieces beside the sign of a word's beginning."""
    content = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter([WORDS] * 20),
        model_writer=content,
        model_type="bpe",
        vocab_size=120,
        hard_vocab_limit=False,
        user_defined_symbols=[*HAN, *MARKS],
        bos_id=0,
        eos_id=1,
        unk_id=2,
        pad_id=-1,
        minloglevel=2,
    )
    path = tmp_path_factory.mktemp("bpe") / "bpe.model"
    path.write_bytes(content.getvalue())
    return path


@pytest.fixture(scope="module")
def make(model: Path) -> MakeTokens:
    def tokens(size: int = 120, longest: int = 600, **readings: str) -> Tokens:
        config = SimpleNamespace(number_text_tokens=size, max_text_tokens=longest)
        return Tokens(model, cast("Gpt", config), Glossary(readings))

    return tokens


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("你好，世界。", "▁ 你 ▁ 好 ▁ , ▁ 世 ▁ 界 ▁ ."),
        ("银<行|hang2>XUAN4的", "▁ 银 ▁ HANG2 ▁ XVAN4 ▁ 的"),
        ("荀彧", "▁ YU4"),
        ("你好🙂", "▁ 你 ▁ 好"),
        ("你好Q", "▁ 你 ▁ 好 ▁"),
        ("好…", "▁ 好 ▁ ..."),
    ],
)
def test_pieces(make: MakeTokens, model: Path, text: str, pieces: str) -> None:
    """Text becomes the pieces of the vocabulary; what it lacks is passed over."""
    processor = SentencePieceProcessor(model_file=str(model))
    actual = " ".join(processor.id_to_piece(i) for i in make().ids(text))
    assert pieces.replace(" ", "") == actual.replace(" ", "")


def test_same_as_sentencepiece(make: MakeTokens, model: Path) -> None:
    """The numbers are sentencepiece's own for words that are written as the model was trained."""
    words = "你 好 XVAN4 HELLO WORLD, WHERE IS 世 界 ?"
    assert SentencePieceProcessor(model_file=str(model)).encode(words) == make().ids(words)


def test_glossary(make: MakeTokens) -> None:
    """A reading of the glossary takes a term's place before anything is normalised."""
    assert make().ids("三百XUAN4元") == make(**{"¥300": "三百xuan4元"}).ids("¥300")


@pytest.mark.parametrize("text", ["", "😀", "。。。", "鼙鼙", "'", "Q", "こんにちは"])
def test_nothing_to_speak(make: MakeTokens, text: str) -> None:
    """Text of which the vocabulary has nothing that sounds is an error that a user can read."""
    with pytest.raises(NothingToSpeakError, match="没有可以朗读的内容"):
        make().ids(text)


def test_segment_limit(make: MakeTokens) -> None:
    """A segment has at most 240 pieces; the error says how many there are."""
    assert 240 == len(make().ids("好" * 120))
    with pytest.raises(TextTooLongError, match="最多 240 个 BPE 单元，收到 242 个"):
        make().ids("好" * 121)


def test_limit_of_the_model(make: MakeTokens) -> None:
    """A model with room for fewer pieces sets the limit."""
    with pytest.raises(TextTooLongError, match="最多 8 个 BPE 单元，收到 10 个"):
        make(longest=8).ids("好" * 5)


def test_very_long_text(make: MakeTokens) -> None:
    """A text that cannot fit is refused before it is normalised."""
    with pytest.raises(TextTooLongError, match="最多 1000 个字符，收到 100000 个"):
        make().ids("9" * 100_000)


def test_vocabulary_must_fit(make: MakeTokens) -> None:
    """A BPE with more pieces than the model has embeddings is an error at the start."""
    with pytest.raises(ConfigurationError, match="number_text_tokens 只有 20"):
        make(size=20)


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_no_model(tmp_path: Path, content: bytes | None) -> None:
    """A missing or damaged bpe.model is an error that names it."""
    path = tmp_path / "bpe.model"
    if content is not None:
        path.write_bytes(content)
    config = SimpleNamespace(number_text_tokens=120, max_text_tokens=600)
    with pytest.raises(ConfigurationError, match=r"bpe\.model: "):
        Tokens(path, cast("Gpt", config), Glossary({}))


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(st.characters(), max_size=80),
        st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=70),
        st.text(alphabet=f"{HAN}aeinghuüx12345<|>·-.,'$% ", max_size=140),
        st.text(alphabet="abcdeINT's 0123456789.,:/-$%@\"\\{}|", max_size=200),
        st.lists(
            st.sampled_from(["where's", "it", "$5.20", "8:00", "XUAN4", "1/2", "a.b", "3rd", '"', "℃", "2026-11-23"])
        ).map(" ".join),
    )
)
def test_any_text(make: MakeTokens, text: str) -> None:
    """Any text gives numbers of the vocabulary, as many as are allowed, or one of our errors."""
    try:
        ids = make().ids(text)
    except SpeechError:
        return
    assert 0 < len(ids) <= 240
    assert set(ids) <= set(range(3, 120))


def test_threads(make: MakeTokens) -> None:
    """Many threads at once get what one gets."""
    tokens = make()
    texts = [f"今天{number}元，你好XUAN4 hello world {number}!" for number in range(1, 40)]
    expected = [tokens.ids(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert expected == list(pool.map(tokens.ids, texts))
