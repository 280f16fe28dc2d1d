"""A step of custody, and acts that tests of the ledger may record."""

from __future__ import annotations

from datetime import UTC, datetime

from tutela.hotline.ledger.acts import declare_acts
from tutela.kernel.custody.records import CustodyStep

declare_acts({"tried_in_a_test": "A test tried it."})


def a_step(blob: str = "blb_" + "3" * 32) -> CustodyStep:
    return CustodyStep(
        act="opened",
        blob=blob,
        epoch="epo_" + "4" * 32,
        commitment="5" * 64,
        at=datetime(2026, 5, 1, 12, tzinfo=UTC),
        monotonic_seconds=1.5,
        process="opener",
        who="usr_" + "1" * 32,
        source="sgt_" + "6" * 32,
        reason="assessment",
        tool="tutela",
        version="0.1",
        configuration="7" * 64,
    )
