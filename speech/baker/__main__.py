"""`python -m speech.baker`: see speech/command.py."""

import sys

from speech import baker
from speech.baker.files import FILES, prepare
from speech.command import Command

main = Command(baker, FILES, prepare, [*baker.VOICES]).main

if __name__ == "__main__":
    sys.exit(main())
