"""The HTML files of ``pages``, filled in. Every word that is filled in is escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from tornado.template import DictLoader


@cache
def _pages() -> DictLoader:
    """Every file of ``pages``; spaces between tags go, those of what is filled in stay."""
    found = files(__package__).joinpath("pages").iterdir()
    return DictLoader({file.name: file.read_text(encoding="utf-8") for file in found}, whitespace="oneline")


def render(page: str, /, **filled: Any) -> bytes:
    """The page ``page`` of ``pages``, filled in, in UTF-8."""
    return _pages().load(f"{page}.html").generate(**filled)


@cache
def sheet() -> bytes:
    """The style sheet."""
    return files(__package__).joinpath("page.css").read_bytes()
