"""How long certificates are still good. Nothing is restarted for them: a person has to renew them."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from healthcheck.policy import Event

log = structlog.get_logger()

EVERY_S = 3600.0
RETRY_S = 30.0
TIMEOUT_S = 10.0
SOON_S = 21 * 86400.0
TOLD_AGAIN_S = 86400.0


@dataclass
class CertificateWatch:
    """Of what is shown at `address`, a `host:port`; `not_after` is seconds since 1970, once it is known.

    `then` says what is to be done when it is renewed.
    """

    service: str
    address: str
    then: str
    tell: Callable[[Event], object]
    not_after: float | None = None
    _told: float = float("-inf")

    async def run(self) -> None:
        while True:
            seen = await self.look(time.time())
            await asyncio.sleep(EVERY_S if seen else RETRY_S)

    async def look(self, now: float) -> bool:
        """Whether the certificate could be seen. It is told of once a day while it is about to expire."""
        host, port = self.address.rsplit(":", 1)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                self.not_after = await not_after(host, int(port))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:  # the rounds see an edge that is away
            log.info("certificate_unknown", address=self.address, reason=f"{type(error).__name__}: {error}")
            return False
        left_s = self.not_after - now
        if left_s < SOON_S and now - self._told >= TOLD_AGAIN_S:
            self._told = now
            self.tell(
                Event("expiring", self.service, self.address, f"{left_s / 86400:.0f} days left; then {self.then}")
            )
        return True


async def not_after(host: str, port: int) -> float:
    """When the certificate that is shown there expires; one that has expired already did so just now."""
    shown = await _handshake(host, port, _context())
    trusting = _context(shown.getpeercert(binary_form=True))
    try:
        decoded = (await _handshake(host, port, trusting)).getpeercert()
    except ssl.SSLCertVerificationError:
        return time.time()
    return float(ssl.cert_time_to_seconds(str((decoded or {})["notAfter"])))


def _context(trusted: bytes | None = None) -> ssl.SSLContext:
    """Trust this one certificate, whoever signed it: only then the standard library decodes it. Or trust any."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    if trusted is None:
        context.verify_mode = ssl.CERT_NONE
    else:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=trusted)
    return context


async def _handshake(host: str, port: int, context: ssl.SSLContext) -> ssl.SSLObject:
    """A server that wants a certificate of ours, too, says so in TLS 1.3 only after this."""
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    shown: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.transport.abort()
    return shown
