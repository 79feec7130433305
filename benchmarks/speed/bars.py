"""Bars of parts as an SVG, so that a plot needs no library."""

from collections.abc import Sequence
from html import escape
from itertools import cycle
from typing import NamedTuple

_COLOURS = (
    "#4269d0",
    "#efb118",
    "#ff725c",
    "#6cc5b0",
    "#3ca951",
    "#ff8ab7",
    "#a463f2",
    "#97bbf5",
    "#9c6b4e",
    "#9498a0",
    "#b0b0b0",
    "#7f3c8d",
    "#c2a523",
    "#3d5a80",
)
_LEFT, _WIDTH, _ROW = 210, 560, 22


class Bar(NamedTuple):
    """A name, and the parts that its bar is made of with their sizes."""

    name: str
    parts: Sequence[tuple[str, float]]


def drawn(title: str, bars: Sequence[Bar]) -> str:
    """The plot: the bars below one another, each with its sum, and what its colours mean."""
    widest = max(sum(size for _, size in bar.parts) for bar in bars)
    names = list(dict.fromkeys(name for bar in bars for name, _ in bar.parts))
    colour = dict(zip(names, cycle(_COLOURS), strict=False))
    rows = []
    for n, bar in enumerate(bars):
        at, top = float(_LEFT), 30 + n * _ROW
        rows.append(f'<text x="{_LEFT - 8}" y="{top + 13}" text-anchor="end">{escape(bar.name)}</text>')
        for name, size in bar.parts:
            width = _WIDTH * size / widest
            about = f"<title>{escape(name)} {size:.2f}</title>"
            rows.append(
                f'<rect x="{at:.1f}" y="{top}" width="{width:.1f}" height="16" fill="{colour[name]}">{about}</rect>'
            )
            at += width
        rows.append(f'<text x="{at + 5:.0f}" y="{top + 13}">{sum(size for _, size in bar.parts):.1f}</text>')
    base = 44 + len(bars) * _ROW
    for n, name in enumerate(names):
        x, y = _LEFT + 140 * (n % 4), base + 18 * (n // 4)
        rows.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour[name]}"/>')
        rows.append(f'<text x="{x + 17}" y="{y}">{escape(name)}</text>')
    height = base + 18 * (len(names) // 4 + 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 60}" height="{height}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="{_LEFT}" y="18" font-weight="bold">{escape(title)}</text>{"".join(rows)}</svg>\n'
    )
