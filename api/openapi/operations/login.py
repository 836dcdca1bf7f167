"""How a caller gets a token."""

from api import problems
from api.answers import LoginAnswer
from api.auth.routes import BLAME, Login
from api.openapi.operation import Answer, Operation

OPERATIONS = (
    Operation(
        id="login",
        method="post",
        paths=("/v1/login", "/login"),
        tag="Login",
        summary="用小程序的登录凭证换令牌 Log in with a mini-program's code",
        description="一个 code 只能用一次；`wechat_busy` 和 `login_too_frequent` 之后可以再试同一个。"
        "A code works once, but may be sent again after these two.",
        body=Login,
        examples={"wx.login": {"code": "0a3bXy1w3kLm9Q2nFf4w3aBcDe1bXy1A"}},
        blame=BLAME,
        answers=(Answer("令牌 A token", {"application/json": LoginAnswer}),),
        problems=(
            problems.CODE_USED,
            problems.LOGIN_BLOCKED,
            problems.LOGIN_TOO_FREQUENT,
            problems.WECHAT_MISCONFIGURED,
            problems.WECHAT_FAILED,
            problems.WECHAT_BUSY,
            problems.WECHAT_TIMEOUT,
        ),
        public=True,
    ),
)
