import re

from api import problems
from api.problems import Problem
from compose.local.settings import ROOT

MESSAGE = re.compile(r'^\s*"(?P<language>zh|en) (?P<code>\w+)" "(?P<sentence>.+)";$', re.MULTILINE)


def test_the_edge_and_the_api_say_the_same() -> None:
    """A code has one sentence in each language, whether nginx or the api answers."""
    template = (ROOT / "nginx/errors.conf.template").read_text()
    said = {(m["language"], m["code"]): m["sentence"] for m in MESSAGE.finditer(template)}
    known = {problem.code: problem for problem in vars(problems).values() if isinstance(problem, Problem)}
    assert 22 == len(said)
    assert said == {(language, code): getattr(known[code], language) for language, code in said}
