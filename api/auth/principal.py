"""Who is calling, and the name under which that is written down."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Literal

from api.limits.limiter import Account, Plan

HASH_LENGTH = 32  # hexadecimal digits: 128 bits


@dataclass(frozen=True)
class Principal:
    """`hash` stands for the caller in logs, in the audit trail and in Redis; `plan` is what the caller may do.

    The openid is not a secret towards its own user: it is the `sub` of the token that the client holds, base64 and not
    encrypted. It is written down nowhere else. A caller with an API key has none.
    """

    hash: str
    plan: Plan
    openid: str = field(default="", repr=False)
    kind: Literal["user", "key"] = "user"

    @property
    def account(self) -> Account:
        return Account(self.hash, self.plan)


class Principals:
    """Those who log in; all have the same plan."""

    def __init__(self, hash_key: str, plan: Plan) -> None:
        self._hash_key = hash_key
        self._plan = plan

    def named(self, openid: str) -> Principal:
        return Principal(hash_of(openid, self._hash_key), self._plan, openid)


def hash_of(openid: str, hash_key: str) -> str:
    """What stands for a user."""
    return hmac.new(hash_key.encode(), openid.encode(), hashlib.sha256).hexdigest()[:HASH_LENGTH]
