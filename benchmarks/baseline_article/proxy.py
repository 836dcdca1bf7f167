"""The article's back end: it knows its users, limits them, and asks the engine."""

import os
import sys
from typing import Any

import redis
import requests
from flask import Flask, jsonify, request

from benchmarks.baseline_article.limits import is_rate_limited
from benchmarks.baseline_article.tokens import generate_token, verify_token


def create_app() -> Flask:
    app, key, engine = Flask(__name__), os.environ["SECRET_KEY"], os.environ["ENGINE_URL"]
    store = redis.Redis.from_url(os.environ["REDIS_URL"])

    @app.route("/login", methods=["POST"])
    def login() -> Any:
        code = (request.json or {}).get("code", "")
        openid = code  # WeChat is not asked; in the article everybody is "mock_openid_123"
        return jsonify({"token": generate_token(openid, key)})

    @app.route("/tts", methods=["POST"])
    def tts_proxy() -> Any:
        auth_header = request.headers.get("Authorization")
        if not auth_header or not auth_header.startswith("Bearer "):
            return jsonify({"error": "缺少Token"}), 401
        payload, err = verify_token(auth_header.split(" ")[1], key)
        if payload is None:
            return jsonify({"error": err}), 401
        if is_rate_limited(store, payload["openid"], window=60, limit=10):
            return jsonify({"error": "调用过于频繁,请稍后再试"}), 429
        tts_response = requests.post(engine, json=request.json)  # noqa: S113 - as the article has it
        if tts_response.status_code == 200:  # noqa: PLR2004 - as the article has it
            return tts_response.content, 200, {"Content-Type": "audio/wav"}
        return jsonify({"error": "语音合成失败"}), 500

    return app


if __name__ == "__main__":
    create_app().run(port=int(sys.argv[1]))
