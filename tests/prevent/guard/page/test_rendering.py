from __future__ import annotations

import re

from tests.prevent.guard.page.conftest import Home
from tutela.prevent.guard.page.rendering import render, sheet
from tutela.prevent.guard.page.serving import PageServer
from tutela.prevent.guard.person.words import words_for

FRAME = {
    "say": words_for("en").say,
    "language": "en",
    "direction": "ltr",
    "languages": {},
    "form": "f",
    "path": "/",
    "heading": "",
    "stopped": False,
    "signed_in": False,
    "said": "",
    "wrong": "",
    "idle_minutes": 1,
}


def test_what_is_filled_in_is_escaped() -> None:
    page = render("message", **{**FRAME, "name": '<script>"&', "wrong": "<b>"}).decode()
    assert "<script" not in page and "<b>" not in page and "&lt;script&gt;&quot;&amp;" in page


def test_no_page_has_a_script_a_style_or_an_address_of_elsewhere(server: PageServer, home: Home) -> None:
    page = render("message", **{**FRAME, "name": "x"}).decode()
    assert not re.search(r"<script|style=|<style|<img|\bon\w+=|https?://", page)
    assert b"url(" not in sheet() and b"@import" not in sheet()


def test_the_sheet_is_for_light_and_for_dark_and_shows_where_the_focus_is() -> None:
    text = sheet().decode("utf-8")
    assert "prefers-color-scheme: dark" in text and ":focus-visible" in text and "!important" not in text


def colours(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", text))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_and_borders_stand_out_in_light_and_in_dark() -> None:
    light, _, dark = sheet().decode("utf-8").partition("@media (prefers-color-scheme: dark)")
    for named in (colours(light), colours(dark)):
        for ground in (named["ground"], named["card"]):
            assert all(contrast(named[one], ground) >= 4.5 for one in ("text", "quiet", "accent", "warn"))
            assert contrast(named["line"], ground) >= 3
        assert contrast(named["accent"], named["on-accent"]) >= 4.5
