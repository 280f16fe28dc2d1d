"""Plots as inline SVG: no script, no font, no picture file. Colours come from the page's style sheet.

Each plot carries a title and a description for screen readers; the page prints the same numbers as a table.
Text inside is escaped here, sizes are in SVG user units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

#: Width of every plot in user units; it scales with the page.
WIDTH = 640
_ROW = 34
_LABEL = 130
_BAR = 18
_NUMBER = 100
_HEIGHT = 260
_MARGIN_LEFT, _MARGIN_RIGHT, _MARGIN_TOP, _MARGIN_BOTTOM = 72, 24, 14, 52


def bars(title: str, rows: Sequence[tuple[str, int, str]]) -> str:
    """Horizontal bars: (label, count, CSS class) each, on one scale from zero."""
    most = max((count for _, count, _ in rows), default=0) or 1
    room = WIDTH - _LABEL - _NUMBER
    marks = [
        _bar_row(number, label, count, css, room * count / most)
        for number, (label, count, css) in enumerate(rows)
    ]
    described = "; ".join(f"{label}: {count:,}" for label, count, _ in rows) or "nothing"
    return _svg(title, described, _ROW * max(len(rows), 1), "".join(marks))


def _bar_row(number: int, label: str, count: int, css: str, length: float) -> str:
    top = number * _ROW
    middle = top + _ROW / 2
    return (
        f'<text class="label" x="{_LABEL - 10}" y="{middle:.0f}" text-anchor="end">{escape(label)}</text>'
        f'<rect class="{css}" x="{_LABEL}" y="{top + (_ROW - _BAR) / 2:.1f}" '
        f'width="{max(length, 1 if count else 0):.1f}" height="{_BAR}" rx="3"/>'
        f'<text class="number" x="{_LABEL + length + 8:.1f}" y="{middle:.0f}">{count:,}</text>'
    )


def columns(title: str, counts: Mapping[int, int], *, last: int, axis: str, marked: int | None = None) -> str:
    """Columns for whole numbers 0 to ``last``; ``marked`` draws the threshold behind a number."""
    most = max(counts.values(), default=0) or 1
    step = (WIDTH - _MARGIN_LEFT - _MARGIN_RIGHT) / (last + 1)
    height = _HEIGHT - _MARGIN_TOP - _MARGIN_BOTTOM
    marks = [_grid(most, height)]
    for number in range(last + 1):
        tall = height * counts.get(number, 0) / most
        left = _MARGIN_LEFT + number * step
        marks.append(
            f'<rect class="series" x="{left + step * 0.1:.1f}" y="{_MARGIN_TOP + height - tall:.1f}" '
            f'width="{step * 0.8:.1f}" height="{tall:.1f}" rx="2"/>'
        )
        if number % max(1, (last + 1) // 8) == 0 or number == last:
            marks.append(_tick(left + step / 2, f"{number}"))
    if marked is not None and marked <= last:
        place = _MARGIN_LEFT + (marked + 1) * step
        marks.append(
            f'<line class="mark" x1="{place:.1f}" x2="{place:.1f}" '
            f'y1="{_MARGIN_TOP}" y2="{_MARGIN_TOP + height}"/>'
        )
    marks.append(_axis(axis))
    described = "; ".join(f"{number}: {count:,}" for number, count in sorted(counts.items())) or "nothing"
    return _svg(title, described, _HEIGHT, "".join(marks))


def curve(title: str, points: Sequence[tuple[float, float]], *, axis: str, unit: str) -> str:
    """A line through (x, y) with the area below it; both axes from zero. ``unit`` is what y counts."""
    far = max((x for x, _ in points), default=0.0) or 1.0
    most = max((y for _, y in points), default=0.0) or 1.0
    width, height = WIDTH - _MARGIN_LEFT - _MARGIN_RIGHT, _HEIGHT - _MARGIN_TOP - _MARGIN_BOTTOM
    path = " ".join(
        f"{_MARGIN_LEFT + width * x / far:.1f},{_MARGIN_TOP + height * (1 - y / most):.1f}" for x, y in points
    )
    floor = _MARGIN_TOP + height
    marks = [_grid(most, height)]
    if points:
        first, final = (_MARGIN_LEFT + width * points[end][0] / far for end in (0, -1))
        marks.append(f'<polygon class="area" points="{first:.1f},{floor} {path} {final:.1f},{floor}"/>')
        marks.append(f'<polyline class="line" points="{path}"/>')
    marks += [_tick(_MARGIN_LEFT + width * part / 4, _span(far * part / 4)) for part in range(5)]
    marks.append(_axis(axis))
    described = f"at most {most:,.0f} {unit}, over {_span(far)}"
    return _svg(title, described, _HEIGHT, "".join(marks))


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s" if seconds >= 10 or seconds == 0 else f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _grid(most: float, height: float) -> str:
    marks = []
    for part in range(3):
        y = _MARGIN_TOP + height * (1 - part / 2)
        value = most * part / 2
        marks.append(
            f'<line class="grid" x1="{_MARGIN_LEFT}" x2="{WIDTH - _MARGIN_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        if value == int(value) or most > 10:
            marks.append(
                f'<text class="tick" x="{_MARGIN_LEFT - 8}" y="{y:.1f}" text-anchor="end">{value:,.0f}</text>'
            )
    return "".join(marks)


def _tick(x: float, text: str) -> str:
    y = _HEIGHT - _MARGIN_BOTTOM + 18
    return f'<text class="tick" x="{x:.1f}" y="{y}" text-anchor="middle">{escape(text)}</text>'


def _axis(text: str) -> str:
    middle = (_MARGIN_LEFT + WIDTH - _MARGIN_RIGHT) / 2
    return f'<text class="axis" x="{middle:.0f}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(text)}</text>'


def _svg(title: str, described: str, height: int, marks: str) -> str:
    name = escape(f"{title}. {described}", quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}" '
        f'preserveAspectRatio="xMinYMin meet">{marks}</svg>'
    )
