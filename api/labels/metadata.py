"""What the metadata of a file say of its origin: the implicit label of GB 45438-2025, appendix E.

It is a JSON object under the name `AIGC`, all of whose values are strings of printable ASCII without space, quotation
mark and backslash. Whoever publishes the file may put other values into the propagator's fields; the producer's are
signed.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

NAME = "AIGC"
GENERATED = "1"
"""As `Label`: it is generated, and not perhaps or suspected to be."""

SIGNED = ("Label", "ContentProducer", "ProduceID")
KEY_ID_LENGTH = 8  # hexadecimal digits
PURPOSE = b"haoshuo: AIGC label"
"""Sets the key of labels apart from the one it is derived from: no openid has white space."""

Fields = Mapping[str, str]


class Verdict(Enum):
    GOOD = "good"
    ALTERED = "altered"
    OTHER_KEY = "made with another key"
    UNSIGNED = "not signed"


class Signer:
    """Signs labels with HMAC-SHA256, in `ReservedCode1`: the id of the key, a dot, the code in base64.

    The standard leaves that field to the producer, for the integrity of the label.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.new(secret.encode(), PURPOSE, hashlib.sha256).digest()
        self._key_id = hashlib.sha256(self._key).hexdigest()[:KEY_ID_LENGTH]

    def sign(self, fields: Fields) -> str:
        signed = "\n".join(fields.get(name, "") for name in SIGNED)
        code = hmac.new(self._key, signed.encode(), hashlib.sha256).digest()
        return f"{self._key_id}.{urlsafe_b64encode(code).decode().rstrip('=')}"

    def verify(self, fields: Fields) -> Verdict:
        given = fields.get("ReservedCode1", "")
        if not given:
            return Verdict.UNSIGNED
        if given.partition(".")[0] != self._key_id:
            return Verdict.OTHER_KEY
        return Verdict.GOOD if hmac.compare_digest(given.encode(), self.sign(fields).encode()) else Verdict.ALTERED


@dataclass(frozen=True)
class Labels:
    """Makes the labels of one producer."""

    producer: str
    signer: Signer

    def of(self, content_id: str) -> str:
        """The label of what has this id, as JSON. Of a first copy the producer is the propagator, too."""
        fields = {"Label": GENERATED, "ContentProducer": self.producer, "ProduceID": content_id}
        label = {
            **fields,
            "ReservedCode1": self.signer.sign(fields),
            "ContentPropagator": self.producer,
            "PropagateID": content_id,
            "ReservedCode2": "",
        }
        return json.dumps({NAME: label}, separators=(",", ":"))
