"""What counts as met and as unread."""

from __future__ import annotations

from typing import get_args

import pytest

from tutela.detect.matching.shapes import Status
from tutela.detect.scan.shapes import Finding


@pytest.mark.parametrize("status", get_args(Status))
def test_every_status_is_met_or_unread_or_neither(status: Status) -> None:
    finding = Finding(path="a", member=None, sha256=None, status=status, reason="")
    assert finding.met == (status in ("known", "candidate"))
    assert finding.unread == (status in ("unreadable", "refused"))
