"""The complete list of what a hotline does, and the grants that each act needs of the mandate.

An act that needs none is open in every house: to take in a report, to tell the police, to take something
back. An act that is not listed here does not exist; to add one is to decide what it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: What a mandate grants or not (architecture.md, the noun Mandate).
Grant = Literal["fetch", "store", "view", "hash", "write", "share"]

#: Each grant in plain words.
GRANTS: Mapping[Grant, str] = {
    "fetch": "to ask a host for an address that was reported, and for what it shows",
    "store": "to keep the bytes of an item, sealed in the vault",
    "view": "to show an item to a person of this house",
    "hash": "to compute and keep fingerprints of an item, and to compare them",
    "write": "to write to hosts, networks and registrars and ask for removal",
    "share": "to pass fingerprints, addresses or files on to others than the police",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One thing a hotline does: its sentence (after "to"), and the grants it needs."""

    sentence: str
    needs: tuple[Grant, ...] = ()

    @property
    def waits_for_police(self) -> bool:
        """Whether a house that tells the police first holds this act meanwhile: others learn of the item."""
        return "write" in self.needs or "share" in self.needs


#: Every act of the hotline by its word, in the order of an item's life.
ACTS: Mapping[str, Act] = {
    "receive_report": Act(sentence="take in a report"),
    "answer_reporter": Act(sentence="tell a reporter how their report stands"),
    "receive_upload": Act(sentence="take in a file that a reporter hands over", needs=("store",)),
    "fetch_page": Act(sentence="fetch a reported address", needs=("fetch",)),
    "fetch_media": Act(sentence="fetch the pictures and films that a reported page shows", needs=("fetch",)),
    "follow_links": Act(sentence="follow the links of a reported page", needs=("fetch",)),
    "check_again": Act(sentence="look by machine whether an item is still there", needs=("fetch",)),
    "store_evidence": Act(sentence="keep the bytes of an item in the vault", needs=("store",)),
    "fingerprint": Act(sentence="compute the fingerprints of an item", needs=("hash",)),
    "match": Act(sentence="compare an item with lists of known material", needs=("hash",)),
    "rate": Act(sentence="let a model order the queue by what an item shows", needs=("hash",)),
    "view_protected": Act(sentence="show an item grey, blurred and small", needs=("view",)),
    "view_full": Act(sentence="show an item as it is", needs=("view",)),
    "open_evidence": Act(sentence="open what lies in the vault", needs=("store", "view")),
    "assess": Act(sentence="have a person classify what they saw", needs=("view",)),
    "close_item": Act(sentence="close an item with a reason"),
    "refer_police": Act(sentence="tell the police of an item"),
    "hand_over_evidence": Act(sentence="hand the kept bytes of an item to the police", needs=("store",)),
    "place_hold": Act(sentence="keep an item beyond its time for a court or the police", needs=("store",)),
    "destroy_evidence": Act(sentence="destroy the key of what lies in the vault"),
    "notify_host": Act(sentence="ask a host to remove an item", needs=("write",)),
    "notify_network": Act(sentence="ask the network of a host to act", needs=("write",)),
    "notify_registrar": Act(sentence="ask a registrar to act", needs=("write",)),
    "remind": Act(sentence="remind a host that has not answered", needs=("write",)),
    "retract_notice": Act(sentence="take a wrong notice back"),
    "file_cybertip": Act(sentence="file a report with a clearing house", needs=("share",)),
    "refer_partner": Act(sentence="pass an item on to the hotline of another country", needs=("share",)),
    "share_evidence": Act(sentence="hand kept bytes to a partner", needs=("store", "share")),
    "list_own": Act(sentence="put an item on this house's own list", needs=("hash",)),
    "list_shared": Act(sentence="put an item on a list shared with others", needs=("hash", "share")),
    "list_provider": Act(sentence="put an item on a list for providers", needs=("hash", "share")),
    "list_device": Act(sentence="put an item on a list for devices", needs=("hash", "share")),
    "publish_list": Act(sentence="seal a list for a named recipient", needs=("hash", "share")),
    "suspend_entry": Act(sentence="suspend an entry of a list"),
    "withdraw_entry": Act(sentence="withdraw an entry of a list"),
    "answer_appeal": Act(sentence="answer an appeal"),
    "publish_figures": Act(sentence="publish figures without content"),
}
