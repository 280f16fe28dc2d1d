"""A list of what is declared known, by its bytes and by its look, sealed as publishers seal one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.detect.matching.bundles.making import TRUST
from tutela.demo.guard.lists import seal_list
from tutela.demo.guard.pictures import LAYOUTS
from tutela.detect.matching.bundles.opening import open_bundle
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Refused


@pytest.mark.slow
def test_it_opens_for_whom_it_is_trusted_by_and_for_nobody_else(tmp_path: Path) -> None:
    clock = SystemClock()
    known = seal_list([1, 2], tmp_path, clock)
    opened = open_bundle(known.bundle, known.trust, clock, prints_key=known.prints_key)
    counts = opened.content.counts
    assert counts["sha256"] == 2 * len(LAYOUTS) and counts["pdq"] >= 2
    assert len(list(tmp_path.iterdir())) == 2 * len(LAYOUTS)
    with pytest.raises(Refused):
        open_bundle(known.bundle, TRUST, clock, prints_key=known.prints_key)
