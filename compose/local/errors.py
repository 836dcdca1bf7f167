"""One kind of failure: a line that says what is wrong and what to do."""


class StackError(Exception):
    """The stack cannot start or serve; the message is for the person at the terminal."""
