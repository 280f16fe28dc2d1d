"""Objects that no sighting names go when two rounds have found them so, and others stay."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.hotline.cases.making import CLOCK, an_item, ring
from tutela.hotline.cases.actions.unclaimed import destroy_unclaimed, unclaimed
from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.sealing import Sealer

pytestmark = pytest.mark.django_db


def test_what_no_case_names_goes_in_the_second_round() -> None:
    blobs = MemoryBlobStore()
    sealer = Sealer(blobs, ring())
    named, lost, later = (sealer.put(BytesIO(b"picture")).blob for _ in range(3))
    an_item("https://host.test/a")
    Sighting.objects.update(blob=named)
    before = destroy_unclaimed(blobs, frozenset(), clock=CLOCK)
    assert before == unclaimed(blobs) == {lost, later}
    assert len(blobs.bodies) == 3
    an_item("https://host.test/b")
    Sighting.objects.filter(blob="").update(blob=later)  # its job was still at it
    assert destroy_unclaimed(blobs, before, clock=CLOCK) == frozenset()
    assert blobs.bodies.keys() == {named, later}
    entry = LedgerEntry.objects.get(act="object_destroyed")
    assert entry.subject == lost


def test_an_object_that_is_gone_already_disturbs_nobody() -> None:
    blobs = MemoryBlobStore()
    lost = Sealer(blobs, ring()).put(BytesIO(b"picture")).blob
    blobs.bodies.clear()
    assert destroy_unclaimed(blobs, {lost}, clock=CLOCK) == frozenset()
    assert destroy_unclaimed(blobs, {lost}, clock=CLOCK) == frozenset()
