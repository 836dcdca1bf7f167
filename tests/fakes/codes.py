"""Login codes that were claimed, remembered in this process alone."""


class MemoryCodes:
    def __init__(self) -> None:
        self._claimed: set[str] = set()

    async def claim(self, code: str) -> bool:
        first = code not in self._claimed
        self._claimed.add(code)
        return first

    async def release(self, code: str) -> None:
        self._claimed.discard(code)
