"""Everything that is written about items: one transaction and one entry of the ledger for each act."""

from __future__ import annotations

from tutela.hotline.cases.actions.acting import act_at_once, put_act
from tutela.hotline.cases.actions.ending import close_item, hold_item, release_item
from tutela.hotline.cases.actions.findings import (
    Judged,
    Met,
    Print,
    Rated,
    record_fingerprints,
    record_match,
    record_rating,
    record_verdict,
)
from tutela.hotline.cases.actions.items import move_item, open_item
from tutela.hotline.cases.actions.moved import open_moved
from tutela.hotline.cases.actions.pages import (
    join_item,
    record_page,
    record_picked,
    same_bytes,
    settle_page,
)
from tutela.hotline.cases.actions.places import (
    record_address,
    record_sighting,
    record_whereabouts,
    reseal_addresses,
)
from tutela.hotline.cases.actions.police import record_police_released, record_police_told
from tutela.hotline.cases.actions.visited import record_visited

__all__ = [
    "Judged",
    "Met",
    "Print",
    "Rated",
    "act_at_once",
    "close_item",
    "hold_item",
    "join_item",
    "move_item",
    "open_item",
    "open_moved",
    "put_act",
    "record_address",
    "record_fingerprints",
    "record_match",
    "record_page",
    "record_picked",
    "record_police_released",
    "record_police_told",
    "record_rating",
    "record_sighting",
    "record_verdict",
    "record_visited",
    "record_whereabouts",
    "release_item",
    "reseal_addresses",
    "same_bytes",
    "settle_page",
]
