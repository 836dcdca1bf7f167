"""Rows to codes, with a second try for a row that does not come to its end."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from speech.cancellation import Cancelled
from speech.indextts2.gpt import Codes, Decoder, Row

log = logging.getLogger(__name__)

CODES_PER_TOKEN = 20
"""A Chinese character is two tokens and, slowly spoken, half a second, which is 25 codes."""

FREE_CODES = 100
"""Two seconds, for pauses and for a text of one token."""

OTHER_SEED = 0x5EED


def longest(tokens: int) -> int:
    """After so many codes a text of so many tokens is taken for a runaway."""
    return FREE_CODES + CODES_PER_TOKEN * tokens


class Articulation:
    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder

    def run(self, rows: Mapping[int, Row], cancelled: Cancelled) -> dict[int, Codes]:
        """The codes of all rows that are not cancelled, by the same keys, which `cancelled` is asked about."""
        spoken = self._decode(rows, cancelled)
        runaways = [key for key, codes in spoken.items() if not codes.finished]
        again = {key: replace(rows[key], seed=rows[key].seed ^ OTHER_SEED) for key in runaways}
        second = self._decode(again, cancelled)
        for key in second:
            log.warning("runaway: %s codes; second try %s", rows[key].max_codes, len(second[key].codes))
        return {key: codes for key, codes in spoken.items() if key not in again} | second

    def _decode(self, rows: Mapping[int, Row], cancelled: Cancelled) -> dict[int, Codes]:
        keys = list(rows)
        found = self._decoder.run(list(rows.values()), lambda i: cancelled(keys[i]))
        return {key: codes for key, codes in zip(keys, found, strict=True) if codes is not None}
