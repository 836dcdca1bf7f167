"""Text to the numbers that the GPT reads."""

from pathlib import Path

from sentencepiece import SentencePieceProcessor

from speech.errors import NothingToSpeakError, TextTooLongError
from speech.indextts2 import files
from speech.indextts2.configuration import ConfigurationError, Gpt
from speech.indextts2.glossary import Glossary
from speech.indextts2.settings import Settings
from speech.indextts2.text import spoken

SEGMENT = 240
"""Twice the pieces at which upstream cuts a text, since it finds longer speech less stable: a segment of the api's is
some 90, and only one full of numbers is more. Better spoken less well than refused."""

MAX_CHARACTERS = 1000
"""What is longer cannot fit, and normalising it would only take time."""


class Tokens:
    """The BPE of a checkpoint with the front end before it; may be shared by threads."""

    def __init__(self, model: Path, config: Gpt, glossary: Glossary) -> None:
        self._glossary = glossary
        self._processor = _processor(model)
        pieces = [self._processor.id_to_piece(i) for i in range(self._processor.get_piece_size())]
        if len(pieces) > config.number_text_tokens:
            raise ConfigurationError(
                f"{model}: 有 {len(pieces)} 个单元，config.yaml 的 number_text_tokens 只有 {config.number_text_tokens}"
            )
        self._limit = min(SEGMENT, config.max_text_tokens)
        self._vocabulary = frozenset(pieces)
        self._silent = {i for i, piece in enumerate(pieces) if not any(map(str.isalnum, piece))}

    def ids(self, text: str) -> list[int]:
        """The BPE pieces of `text`, without the start and stop tokens around them.

        Pieces that the vocabulary lacks are left out. Raises `NothingToSpeakError`, `TextTooLongError` and
        `InvalidPronunciationError`.
        """
        ids = [i for i in self._processor.encode(self.words(text)) if i != self._processor.unk_id()]
        if self._silent.issuperset(ids):
            raise NothingToSpeakError("没有可以朗读的内容")
        if len(ids) > self._limit:
            raise TextTooLongError(f"一段最多 {self._limit} 个 BPE 单元，收到 {len(ids)} 个")
        return ids

    def words(self, text: str) -> str:
        """What the BPE is given: the words of `text`, with the glossary's readings; `TextTooLongError`."""
        if len(text) > MAX_CHARACTERS:
            raise TextTooLongError(f"一段最多 {MAX_CHARACTERS} 个字符，收到 {len(text)} 个")
        return spoken(self._glossary.apply(text), self._vocabulary)


def load(settings: Settings, config: Gpt) -> Tokens:
    """Of the checkpoint and with the glossary of these settings."""
    glossary = settings.glossary_file
    return Tokens(settings.folder / files.BPE, config, Glossary.read(glossary) if glossary else Glossary({}))


def _processor(model: Path) -> SentencePieceProcessor:
    try:
        return SentencePieceProcessor(model_file=str(model))
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"{model}: 不是 SentencePiece 模型 (not a SentencePiece model): {error}") from error
