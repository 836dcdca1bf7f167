"""What an operator types, on the real stack."""

from pathlib import Path

from tests.docker.conftest import PROJECT, Compose, docker


def test_the_doctor_finds_nothing_wrong(stack: Compose) -> None:
    """Of a stack that runs; the self-signed certificate is a warning."""
    done = stack.server("doctor")
    lines = done.stdout.splitlines()
    assert [] == [line for line in lines if line.startswith("✗")]
    assert 0 == done.returncode
    assert [line for line in lines if line.startswith("⚠") and "自签名" in line]
    assert [line for line in lines if line.startswith("✓ 端口 port") and "好说正在使用" in line]
    assert [line for line in lines if line == "✓ haoshuo_wechat_secret"]


def test_what_lacks_is_said_before_anything_starts(stack: Compose, tmp_path: Path) -> None:
    """In production without an AppID and an AppSecret nothing is built and nothing is started."""
    before = [container["Id"] for container in stack.containers()]
    done = stack.server("up", HAOSHUO_WECHAT_APPID="", HAOSHUO_SECRETS=str(tmp_path / "none"))
    assert 1 == done.returncode
    complaints = [line for line in done.stdout.splitlines() if line.startswith("✗")]
    assert ["HAOSHUO_WECHAT_APPID", "haoshuo_wechat_secret"] == [
        name for name in ("HAOSHUO_WECHAT_APPID", "haoshuo_wechat_secret") if any(name in line for line in complaints)
    ]
    assert 2 == len(complaints)
    assert before == [container["Id"] for container in stack.containers()]


def test_the_documented_commands_change_nothing_else(stack: Compose) -> None:
    """More replicas by plain `docker compose`: what ran before runs on, healthy, the sidecar's proxy too."""
    before = {
        container["Name"]: container["Id"] for container in stack.containers() if "wechat" not in container["Name"]
    }
    try:
        scaled = stack.compose("up", "--detach", "--no-build", "--wait", "--scale", "api=3")
        assert 0 == scaled.returncode, scaled.stderr
        after = {container["Name"]: container["Id"] for container in stack.containers()}
        assert before.items() <= after.items()
        assert f"/{PROJECT}-api-3" in after
    finally:
        docker("rm", "--force", f"{PROJECT}-api-3")


def test_reload_is_a_command(stack: Compose) -> None:
    """As certbot's deploy hook calls it."""
    done = stack.make("reload")
    assert 0 == done.returncode, done.stderr
