"""The main job as a mini-program does it: log in, ask for speech, hear it while it is made, through the TLS edge."""

import json
import time
import urllib.error
import urllib.request
import wave
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from itertools import accumulate
from pathlib import Path
from typing import Any

from compose.credentials import client_context
from compose.local.errors import StackError

TEXT = (
    "你好，我是好说，请多关照。今天是2026年11月29日，气温-5℃，出门记得多穿一件衣服。"
    "今天的单词是 pronunciation，意思是“发音”。不仅要说得好，还要管得住！"
)
SIZED = 8
"""Where that begins whose size a WAV file states first."""


class Client:
    """A mini-program's two calls; it trusts the development CA and nothing else."""

    def __init__(self, url: str, ca: Path) -> None:
        self._url = url
        self._context = client_context(ca)

    def login(self, code: str) -> str:
        """A token for the user this `wx.login` code stands for."""
        with self._post("/login", {"code": code}) as response:
            return str(json.load(response)["token"])

    def speak(self, token: str, text: str) -> Iterator[bytes]:
        """A WAV file, in pieces as they come."""
        try:
            with self._post("/v1/tts/stream", {"text": text, "response_format": "wav"}, token) as response:
                while piece := response.read1():
                    yield piece
        except HTTPException as error:
            raise StackError(f"/v1/tts/stream: 中断 broke off ({error!r})") from error

    def _post(self, path: str, body: dict[str, Any], token: str | None = None) -> HTTPResponse:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers)  # noqa: S310 - our own URL
        try:
            response: HTTPResponse = urllib.request.urlopen(request, timeout=60, context=self._context)  # noqa: S310
        except urllib.error.HTTPError as error:
            raise StackError(f"{path}: {error.code} {error.read().decode(errors='replace')}") from error
        return response


def run(url: str, ca: Path, output: Path, report: Callable[[str], None]) -> None:
    """Log in and speak `TEXT` into `output`; report each step with its time."""
    client, began = Client(url, ca), time.perf_counter()
    token = client.login("dev:demo")
    report(f"POST /login → token ({(time.perf_counter() - began) * 1000:.0f} ms)")
    began = time.perf_counter()
    arrived = [(piece, time.perf_counter() - began) for piece in client.speak(token, TEXT)]
    audio, whole_s = b"".join(piece for piece, _ in arrived), arrived[-1][1]
    there = zip(accumulate(len(piece) for piece, _ in arrived), (at for _, at in arrived), strict=True)
    first_s = next(at for size, at in there if size > _samples(audio))
    report(f"POST /v1/tts/stream → 首个声音 first sound {first_s:.2f} s, 全部 whole {whole_s:.2f} s")
    output.write_bytes(finished(audio))
    with wave.open(str(output)) as wav:
        duration = wav.getnframes() / wav.getframerate()
    report(f"文本 text     {TEXT}")
    report(f"音频 audio    {duration:.2f} s, 实时率 real-time factor {whole_s / duration:.3f}")
    report(f"文件 file     {output} ({len(audio) / 1024:.0f} KiB)")


def finished(wav: bytes) -> bytes:
    """A WAV file that was sent while it was made, with the sizes that were not known then."""
    whole = bytearray(wav)
    for start in (SIZED, _samples(wav)):
        whole[start - 4 : start] = (len(wav) - start).to_bytes(4, "little")
    return bytes(whole)


def _samples(wav: bytes) -> int:
    """Where they begin: behind the name and the size of their chunk."""
    return wav.index(b"data") + 8
