import json
import re
import shutil
import subprocess

import numpy as np
import pytest

from api import problems
from api.audio.formats import FORMATS, Encoding
from api.engine.engine import Speech
from api.problems import Problem
from api.synthesis.segments import Segment
from api.synthesis.synthesizer import Sound
from api.views.forms import FrameStream
from compose.local.settings import ROOT
from speech.baker import prosody as baker
from speech.kokoro import prosody as kokoro
from speech.prosody import Prosody
from speech.text import normalize, pronunciation_of
from tests.support.pages import PAGES, anchors, blocks, frame_reader, links, prose

API = ("docs/api.md", "docs/api.zh-CN.md")
PROBLEM = re.compile(r"^\| (?P<status>\d{3}) \| `(?P<code>\w+)` \| (?P<zh>[^|]+?) \|", re.MULTILINE)
CLIENT = re.compile(r"^\| ((?:PyPI|npm) `.+?` \| [\d.]+) \|", re.MULTILINE)
PINNED = re.compile(r"^([\w-]+)==([\w.]+)", re.MULTILINE)
LOG_ONLY = {"client_gone"}


@pytest.mark.parametrize("page", API)
def test_every_error_is_documented(page: str) -> None:
    """docs/api.md, in both languages, lists every code with its status and Chinese sentence, and no other."""
    documented = {m["code"]: (int(m["status"]), m["zh"]) for m in PROBLEM.finditer(prose(page))}
    known = {
        problem.code: (problem.status, problem.zh)
        for problem in vars(problems).values()
        if isinstance(problem, Problem)
    }
    assert {code: known[code] for code in set(known) - LOG_ONLY} == documented


@pytest.mark.parametrize("page", API)
def test_the_clients_that_are_tested_are_documented(page: str) -> None:
    """docs/api.md, in both languages, tells of each client the version that is installed."""
    pins = [path.read_text() for path in ROOT.glob("requirements/clients*.txt")]
    installed = {f"PyPI `{name}` | {version}" for pin in pins for name, version in PINNED.findall(pin)}
    package = json.loads((ROOT / "tests/clients/npm/package.json").read_text())
    installed |= {f"npm `{name}` | {version}" for name, version in package["dependencies"].items()}
    documented = CLIENT.findall(prose(page))
    assert 9 == len(documented)
    assert set(documented) <= installed


@pytest.mark.parametrize("page", ["docs/api.md", "docs/cookbook.md"])
def test_a_page_is_the_same_in_chinese(page: str) -> None:
    """A page and its translation have the same blocks of code, levels of headings and numbers of columns in tables."""
    translation = page.replace(".md", ".zh-CN.md")
    assert blocks(page) == blocks(translation)
    assert _outline(page) == _outline(translation)


def _outline(page: str) -> list[int | str]:
    """In their order the marks of headings and how many columns each row of a table has."""
    lines = prose(page).replace(r"\|", "").splitlines()
    return [line.count("|") or line.split()[0] for line in lines if line.startswith(("#", "|"))]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Each link within the repository leads to a file, and its anchor, in whatever language, to a heading there."""
    for target, anchor in links(page):
        assert (ROOT / target).exists(), target
        assert not anchor or anchor in anchors(target), f"{target}#{anchor}"


@pytest.mark.parametrize(("engine", "full"), [("kokoro", kokoro.FULL), ("baker", baker.FULL)])
def test_the_emotions_of_the_voices_are_documented(engine: str, full: dict[str, Prosody]) -> None:
    """docs/voice.md shows the very tables of prosody that the voices use."""
    text = (ROOT / "docs/voice.md").read_text("utf-8").partition(f"### The emotions of `{engine}`")[2]
    for emotion, row in full.items():
        factors = " | ".join(f"{factor:.2f}" for factor in vars(row).values())
        assert f"| {emotion} | {factors} |" in text.partition("\n#")[0]


def test_the_examples_of_readings_are_read_so() -> None:
    """Every example in docs/reading.md becomes the words beside it."""
    rows = re.findall(
        r"^\| [^|]+ \| (`[^|]+`) \| ([^|`]+) \|$", (ROOT / "docs/reading.md").read_text("utf-8"), re.MULTILINE
    )
    for written, spoken in rows:
        assert spoken.split(", ") == [normalize(one) for one in re.findall("`([^`]+)`", written)]
    assert rows


def test_the_examples_of_syllables_are_read_so() -> None:
    """Every example in docs/reading.md sounds as written beside it."""
    page = (ROOT / "docs/reading.md").read_text("utf-8")
    rows = re.findall(r"^\| [^|`]+ \| ([^|`]+) \| ([a-z]+[1-5][a-z1-5 ,]+) \|$", page, re.MULTILINE)
    for written, pinyin in rows:
        assert pinyin.split(", ") == [_spoken(one) for one in written.split(", ")]
    assert rows


def _spoken(text: str) -> str:
    return " ".join(sound.spoken for sound in pronunciation_of(text).sounds)


NODE = shutil.which("node")


@pytest.mark.skipif(not NODE, reason="needs node")
def test_the_reader_of_frames_in_the_documentation_works() -> None:
    """However a stream is cut into chunks, the JavaScript in docs/api.md finds its frames."""
    stream = FrameStream(Encoding(FORMATS["pcm"]), 24000)
    sound = Sound(Speech(np.zeros(300, np.float32), 24000), Segment("你好😀。", 0, 4, 0.0))
    data = b"".join([*stream.add(sound), stream.finish()])
    script = f"""
        {frame_reader()}
        const found = [], read = frameReader((header, file) => found.push([header.type, header.text, file.byteLength]))
        const data = Uint8Array.from({[*data]})
        for (let at = 0; at < data.length; at += 7) read(data.slice(at, at + 7).buffer)
        console.log(JSON.stringify(found))
    """
    answer = subprocess.run([NODE or "", "-e", script], capture_output=True, check=True, timeout=60)
    assert [["audio", "你好😀。", 600], ["done", None, 0]] == json.loads(answer.stdout)
