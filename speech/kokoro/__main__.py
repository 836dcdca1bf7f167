"""`python -m speech.kokoro`: see speech/command.py."""

import sys

from speech import kokoro
from speech.command import Command
from speech.kokoro.files import FILES, prepare

main = Command(kokoro, FILES, prepare, [*kokoro.VOICES]).main

if __name__ == "__main__":
    sys.exit(main())
