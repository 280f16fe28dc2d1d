"""A page read by a sealed media worker, for the jobs of this app."""

from __future__ import annotations

from dataclasses import replace

from tutela.detect.media.page_shapes import Page, PageAsk
from tutela.detect.media.pages import Lender, read_page
from tutela.detect.media.shapes import Limits, Trouble


class PageReader:
    """Reads pages through ``pool``, within ``limits``."""

    def __init__(self, pool: Lender, limits: Limits) -> None:
        self._pool, self._limits = pool, limits

    def read(self, descriptor: int, ask: PageAsk) -> Page | Trouble:
        """The page, or why it is none. Raises Unavailable where no media worker starts."""
        return read_page(self._pool, descriptor, replace(ask, limits=self._limits))
