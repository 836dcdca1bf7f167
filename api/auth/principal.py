"""Who is calling, and the name under which that is written down."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Literal

HASH_LENGTH = 32  # hexadecimal digits: 128 bits


@dataclass(frozen=True)
class Principal:
    """`hash` stands for the caller in logs, in the audit trail and in Redis.

    The openid is not a secret towards its own user: it is the `sub` of the token that the client holds, base64 and not
    encrypted. It is written down nowhere else.
    """

    openid: str = field(repr=False)
    hash: str
    kind: Literal["user"] = "user"


class Principals:
    def __init__(self, hash_key: str) -> None:
        self._hash_key = hash_key.encode()

    def named(self, openid: str) -> Principal:
        digest = hmac.new(self._hash_key, openid.encode(), hashlib.sha256).hexdigest()
        return Principal(openid, digest[:HASH_LENGTH])
