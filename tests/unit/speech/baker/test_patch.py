import zipfile
from pathlib import Path

import flatbuffers
import pytest
from ai_edge_litert import schema_py_generated as schema

from speech.baker.files import FASTSPEECH2, SOURCES
from speech.baker.patch import RANDOM, PatchError, without_dropout


@pytest.fixture(scope="module")
def original(wheel: Path) -> bytes:
    return zipfile.ZipFile(wheel).read(SOURCES[FASTSPEECH2])


def _codes(content: bytes) -> list[tuple[int, bytes | None]]:
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(bytearray(content), 0))
    codes = [model.operatorCodes[operator.opcodeIndex] for operator in model.subgraphs[0].operators]
    return [(max(code.builtinCode, code.deprecatedBuiltinCode), code.customCode) for code in codes]


def test_the_dropouts_are_gone_and_nothing_else(original: bytes) -> None:
    """Two dropouts of six operators each are removed; every other operator stays, in order, and all are built in."""
    before, after = _codes(original), _codes(without_dropout(original))
    assert 2 == sum(custom == RANDOM for _, custom in before)
    assert len(before) - 12 == len(after)
    assert not [custom for _, custom in after if custom]
    rest = iter(before)
    assert all(code in rest for code in after)


def test_a_model_without_dropout_is_left_as_it_is(original: bytes) -> None:
    """Patching what is patched changes no operator."""
    patched = without_dropout(original)
    assert _codes(patched) == _codes(without_dropout(patched))


def test_another_use_of_randomness_is_refused(original: bytes) -> None:
    """Random numbers that do not make a dropout of the known form are an error, not a wrong model."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(bytearray(original), 0))
    for code in model.operatorCodes:
        if max(code.builtinCode, code.deprecatedBuiltinCode) == schema.BuiltinOperator.GREATER_EQUAL:
            code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.GREATER
    builder = flatbuffers.Builder(len(original))
    builder.Finish(model.Pack(builder), b"TFL3")
    with pytest.raises(PatchError, match="expected operator"):
        without_dropout(bytes(builder.Output()))
