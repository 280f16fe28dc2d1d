"""Plots: well-formed SVG, every number in the description, nothing from outside unescaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tutela.detect.scan.plots import bars, columns, curve


class _Checked(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _numbers(svg: str, tag: str, attribute: str) -> list[float]:
    return [float(attrs[attribute] or 0) for name, attrs in _Checked(svg).tags if name == tag]


def test_bars_are_proportional_and_named() -> None:
    svg = bars("Files", [("known", 10, "known"), ("<b>", 5, "series"), ("none", 0, "unread")])
    lengths = _numbers(svg, "rect", "width")
    assert lengths[0] == pytest.approx(2 * lengths[1])
    assert lengths[2] == 0
    assert "<b>" not in svg
    assert 'aria-label="Files. known: 10; &lt;b&gt;: 5; none: 0"' in svg


def test_columns_stand_on_one_floor_and_the_threshold_is_drawn() -> None:
    svg = columns("Distances", {0: 4, 31: 2}, last=31, axis="bits", marked=31)
    feet = {
        round(y + h, 1)
        for y, h in zip(_numbers(svg, "rect", "y"), _numbers(svg, "rect", "height"), strict=True)
    }
    assert len(feet) == 1
    assert len(_numbers(svg, "rect", "height")) == 32
    assert 'class="mark"' in svg
    assert 'class="mark"' not in columns("Distances", {0: 4}, last=31, axis="bits")


def test_a_curve_rises_with_its_points() -> None:
    svg = curve("Pace", [(0, 0), (5, 10), (10, 30)], axis="time", unit="files")
    line = re.search(r'polyline class="line" points="([^"]+)"', svg)
    assert line is not None
    heights = [float(pair.split(",")[1]) for pair in line.group(1).split()]
    assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize(
    "svg",
    [bars("a", []), columns("a", {}, last=31, axis="x"), curve("a", [], axis="x", unit="y"),
     curve("a", [(0, 0)], axis="x", unit="y"), curve("a", [(0, 0), (90_000, 5e6)], axis="x", unit="y")],
)  # fmt: skip
def test_nothing_and_a_lot_are_drawn_too(svg: str) -> None:
    assert _Checked(svg).tags[0][0] == "svg"
    assert "nan" not in svg.lower()
