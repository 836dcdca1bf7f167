"""Commands of a machine that is made up."""

from dataclasses import dataclass, field

from compose.server.shell import NOT_FOUND, Done


@dataclass
class FakeShell:
    """Implements Shell: the answers by the beginnings of commands, of which the longest counts."""

    answers: dict[str, Done] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, *command: str, timeout_s: float = 60.0) -> Done:  # noqa: ARG002
        line = " ".join(command)
        self.asked.append(line)
        known = [beginning for beginning in self.answers if line.startswith(beginning)]
        return self.answers[max(known, key=len)] if known else Done(NOT_FOUND, "", f"{command[0]}: not found")
