"""The command line of an embedded engine: prepare its files, check them, or say something without any server."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speech import wav
from speech.errors import SpeechError
from speech.files import VoiceFiles, VoiceFilesError
from speech.utterance import EMOTIONS, Utterance

MANNER = "voice", "speed", "pitch", "intensity"


@dataclass(frozen=True)
class Command:
    """`engine` is its module; `prepare(packages, folder)` writes its `files`; the first of `voices` is its default."""

    engine: Any
    files: VoiceFiles
    prepare: Callable[[Path, Path], None]
    voices: Sequence[str]

    def main(self) -> int:
        arguments = self._parser().parse_args()
        try:
            arguments.run(arguments)
        except (VoiceFilesError, SpeechError) as error:
            print(f"✗ {error}", file=sys.stderr)  # noqa: T201
            return 1
        return 0

    def _parser(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(prog=f"python -m {self.engine.__name__}", description=__doc__)
        commands = parser.add_subparsers(required=True)

        command = commands.add_parser("prepare", help="write the engine's files from a folder with its packages")
        command.add_argument("--packages", type=Path, required=True)
        command.add_argument("folder", type=Path)
        command.set_defaults(run=lambda arguments: self.prepare(arguments.packages, arguments.folder))

        command = commands.add_parser("verify", help="check the engine's files")
        command.add_argument("folder", type=Path)
        command.set_defaults(run=lambda arguments: self.files.verify(arguments.folder))

        command = commands.add_parser("say", help="speak one utterance into a WAV file")
        command.add_argument("folder", type=Path)
        command.add_argument("text")
        command.add_argument("file", type=Path)
        command.add_argument("--voice", default=self.voices[0], help=", ".join(self.voices))
        command.add_argument("--emotion", choices=EMOTIONS)
        command.add_argument("--intensity", type=float)
        command.add_argument("--speed", type=float, default=1.0)
        command.add_argument("--pitch", type=float, default=1.0)
        command.set_defaults(run=self._say)
        return parser

    def _say(self, arguments: argparse.Namespace) -> None:
        settings = self.engine.Settings(arguments.folder)
        emotion = tuple(float(name == arguments.emotion) for name in EMOTIONS)
        manner = {name: getattr(arguments, name) for name in MANNER}
        (spectrum,) = self.engine.Acoustic(settings).run([Utterance(arguments.text, emotion=emotion, **manner)])
        if isinstance(spectrum, SpeechError):
            raise spectrum
        for spoken in self.engine.Vocoder(settings).run([spectrum]):
            wav.write(arguments.file, spoken.waveform, spoken.sample_rate)
