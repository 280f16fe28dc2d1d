"""Every consequence that people decide, and the floor below which no profile may go (GOV-02, GOV-10).

Hard to add, easy to remove: what takes something back needs one person, and no profile may ask for more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from tutela.hotline.people.quorum.needs import Need


@dataclass(frozen=True, kw_only=True, slots=True)
class Consequence:
    """One consequence: its sentence, the mandate's act behind it, the least that it needs.

    ``fixed``: a profile may not ask for more either, for it removes (GOV-03).
    """

    sentence: str
    act: str
    floor: Need
    fixed: bool = False
    #: No profile may switch it off: the police can be told from every house.
    always: bool = False


#: One person, who need not have looked.
ONE = Need(votes=1)
#: The same, and nobody can stop it by objecting.
ONE_AT_ONCE = Need(votes=1, heeds_objections=False)
#: Hours within which a second person looks at what one person decided (architecture.md: 24 h).
SECOND_LOOK = timedelta(hours=24)

#: Every consequence by its word.
CONSEQUENCES: Mapping[str, Consequence] = {
    "duplicate": Consequence(
        sentence="close an item as one that is here already", act="close_item", floor=ONE
    ),
    "verdict": Consequence(
        sentence="say what an item is",
        act="assess",
        floor=Need(votes=1, least_look="protected", looks=1),
    ),
    "closing": Consequence(sentence="close an item as none of ours", act="close_item", floor=Need(votes=1)),
    "referral": Consequence(sentence="tell the police", act="refer_police", floor=ONE_AT_ONCE, always=True),
    "partner_referral": Consequence(
        sentence="pass an item on to another hotline", act="refer_partner", floor=ONE
    ),
    "cybertip": Consequence(
        sentence="file with a clearing house, as not viewed", act="file_cybertip", floor=ONE
    ),
    # US courts take "viewed" as decisive: one person saw the whole file (governance.md section 4).
    "cybertip_viewed": Consequence(
        sentence="file with a clearing house, as viewed",
        act="file_cybertip",
        floor=Need(votes=1, least_look="full", looks=1),
    ),
    # The votes of the list's entry carry it: SHA-256 of an assessed file (decisions.md section 2).
    "notice_known": Consequence(
        sentence="write to a host about a byte-identical copy of an approved entry",
        act="notify_host",
        floor=Need(votes=0),
    ),
    "notice_second_hash": Consequence(
        sentence="write to a host about a copy that two hashes name",
        act="notify_host",
        floor=Need(votes=1, least_look="protected", looks=1),
    ),
    "notice_unknown": Consequence(
        sentence="write to a host about unknown material",
        act="notify_host",
        floor=Need(votes=1, least_look="protected", looks=1, second_look_within=SECOND_LOOK),
    ),
    "legal_hold": Consequence(sentence="keep an item beyond its time", act="place_hold", floor=Need(votes=2)),
    "own_list": Consequence(
        sentence="put an item on this house's own list",
        act="list_own",
        floor=Need(votes=2, approvals=1, least_look="protected", looks=2),
    ),
    "shared_list": Consequence(
        sentence="put an item on a shared list",
        act="list_shared",
        floor=Need(votes=3, approvals=1, organisations=2, least_look="protected", looks=2),
    ),
    "provider_list_law": Consequence(
        sentence="put an item on a list for providers under a national law",
        act="list_provider",
        floor=Need(votes=3, approvals=1, organisations=2, authority=True, least_look="protected", looks=2),
    ),
    # Assessed by two, approved by two organisations in two jurisdictions; the publisher is neither.
    "provider_list": Consequence(
        sentence="put an item on a list for providers without such a law",
        act="list_provider",
        floor=Need(
            votes=4,
            approvals=2,
            organisations=2,
            jurisdictions=2,
            publisher_apart=True,
            least_look="protected",
            looks=2,
        ),
    ),
    "device_list": Consequence(
        sentence="put an item on a list for devices",
        act="list_device",
        floor=Need(
            votes=4,
            approvals=2,
            organisations=2,
            jurisdictions=2,
            publisher_apart=True,
            least_look="protected",
            looks=2,
        ),
    ),
    "notice_retraction": Consequence(
        sentence="take a wrong notice back", act="retract_notice", floor=ONE_AT_ONCE, fixed=True
    ),
    "suspension": Consequence(
        sentence="suspend an entry of a list", act="suspend_entry", floor=ONE_AT_ONCE, fixed=True
    ),
    "withdrawal": Consequence(
        sentence="withdraw an entry of a list", act="withdraw_entry", floor=ONE_AT_ONCE, fixed=True
    ),
}
