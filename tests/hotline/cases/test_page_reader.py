"""The reader of pages puts its own limits in, and no one else's."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from tutela.detect.media.page_shapes import Page, PageAsk
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Trouble
from tutela.hotline.cases.page_reader import PageReader
from tutela.kernel.egress.urls import parse_url


@pytest.mark.needs("linux")
@pytest.mark.parametrize(("bytes_max", "kind"), [(100, Page), (3, Trouble)])
def test_its_limits_count(bytes_max: int, kind: type[object]) -> None:
    ask = PageAsk(address=parse_url("https://host.test/"))
    descriptor = os.memfd_create("page")
    os.write(descriptor, b"<p>text")
    try:
        with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
            reader = PageReader(pool, replace(WEB, html_bytes_max=bytes_max))
            assert isinstance(reader.read(descriptor, ask), kind)
    finally:
        os.close(descriptor)
