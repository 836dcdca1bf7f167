"""A line chart as SVG: what a page of Markdown can show, without a library."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Series = Mapping[str, Sequence[tuple[float, float]]]

WIDTH, HEIGHT, EDGE = 720, 360, 56
COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#8250df")


def chart(title: str, series: Series, axes: tuple[str, str], limit: float | None = None) -> str:
    """Lines through points; x is logarithmic, y begins at 0, `limit` is a dashed line."""
    points = [point for line in series.values() for point in line]
    across = _Scale([math.log2(x) for x, _ in points], EDGE, WIDTH - EDGE)
    up = _Scale([0, *(y for _, y in points), limit or 0], HEIGHT - EDGE, EDGE)
    body = [
        _text(WIDTH / 2, 24, title, "middle"),
        _text(WIDTH / 2, HEIGHT - 12, axes[0], "middle"),
        _text(8, EDGE - 16, axes[1]),
        *(_text(across(math.log2(x)), HEIGHT - EDGE + 18, f"{x:g}", "middle") for x in sorted({x for x, _ in points})),
        *_grid(up),
        *([_line(up(limit), "#d1242f", dashed=True)] if limit else []),
        *_lines(series, across, up),
    ]
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
            *body,
            "</svg>",
            "",
        ]
    )


class _Scale:
    def __init__(self, values: Sequence[float], first: float, last: float) -> None:
        self.low, self.high = min(values), max(values)
        self._first, self._size = first, last - first

    def __call__(self, value: float) -> float:
        return self._first + self._size * (value - self.low) / ((self.high - self.low) or 1)


def _lines(series: Series, across: _Scale, up: _Scale) -> Iterator[str]:
    for i, (name, line) in enumerate(series.items()):
        colour = COLOURS[i % len(COLOURS)]
        path = " ".join(f"{across(math.log2(x)):.1f},{up(y):.1f}" for x, y in sorted(line))
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield f'<g fill="{colour}">{_text(WIDTH - EDGE, EDGE + 16 * i, name, "end")}</g>'


def _grid(up: _Scale) -> Iterator[str]:
    for quarter in range(5):
        value = up.high * quarter / 4
        yield _line(up(value), "#d0d7de")
        yield _text(EDGE - 8, up(value) + 4, f"{value:.3g}", "end")


def _line(y: float, colour: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}"{dashes}/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
