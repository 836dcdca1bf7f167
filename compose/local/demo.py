"""The main job as a mini-program does it: log in, ask for speech, through the TLS edge."""

import json
import time
import urllib.error
import urllib.request
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from compose.credentials import client_context
from compose.local.errors import StackError

T = TypeVar("T")

TEXT = "你好，我是好说。今天是2026年11月23日，气温-5℃，出门记得多穿一件衣服。不仅要说得好，还要管得住！"


class Client:
    """A mini-program's two calls; it trusts the development CA and nothing else."""

    def __init__(self, url: str, ca: Path) -> None:
        self._url = url
        self._context = client_context(ca)

    def login(self, code: str) -> str:
        """A token for the user this `wx.login` code stands for."""
        return str(json.loads(self._post("/login", {"code": code}))["token"])

    def speak(self, token: str, text: str, **options: object) -> bytes:
        """A WAV file."""
        return self._post("/tts", {"text": text, **options}, token)

    def _post(self, path: str, body: dict[str, Any], token: str | None = None) -> bytes:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers)  # noqa: S310 - our own URL
        try:
            with urllib.request.urlopen(request, timeout=60, context=self._context) as response:  # noqa: S310
                return bytes(response.read())
        except urllib.error.HTTPError as error:
            raise StackError(f"{path}: {error.code} {error.read().decode(errors='replace')}") from error


def run(url: str, ca: Path, output: Path, report: Callable[[str], None]) -> None:
    """Log in and speak `TEXT` into `output`; report each step with its time."""
    client = Client(url, ca)
    token, seconds = _timed(lambda: client.login("dev:demo"))
    report(f"POST /login → token ({seconds * 1000:.0f} ms)")
    audio, seconds = _timed(lambda: client.speak(token, TEXT))
    output.write_bytes(audio)
    with wave.open(str(output)) as wav:
        duration = wav.getnframes() / wav.getframerate()
    report(f"POST /tts   → {len(audio) / 1024:.0f} KiB WAV ({seconds:.2f} s)")
    report(f"文本 text     {TEXT}")
    report(f"音频 audio    {duration:.2f} s, 实时率 real-time factor {seconds / duration:.3f}")
    report(f"文件 file     {output}")


def _timed(call: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    return call(), time.perf_counter() - began
