"""What is counted: facts about reports, items, notices, referrals: no id, no address, no content. Pure.

Equal facts are one, with a number beside it, so that nothing of their order stays. Months are those of UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Said where a column says nothing.
UNKNOWN = "unknown"
#: Hours are rounded to a tenth: 6 minutes, so that they name no event.
HOUR_DIGITS = 1


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class ReportFact:
    """A report: month, channel, way in, language of its page; yes or no: urgent, adds to another."""

    month: str
    channel: str
    way: str
    language: str
    urgent: str
    addition: str


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class ItemFact:
    """An item: month of its opening, kind, source, what became of it, and what it was judged to be."""

    month: str
    kind: str
    source: str
    outcome: str
    category: str
    scheme_category: str


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class NoticeFact:
    """A notice: month, its state, what it was about, whom it asked, where that was, what happened then.

    ``host_group`` is a number that stands for one host in one export, and nowhere else. ``hours_to_removal``
    is counted from the handing over of the notice, to a tenth of an hour; empty where nothing was removed.
    """

    month: str
    state: str
    category: str
    country: str
    provider: str
    network: str
    host_group: str
    action: str
    hours_to_removal: str


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class ChildFact:
    """An item that shows a child, as the last person said who found it illegal.

    ``age`` and ``sex`` are words of the scheme, of the youngest child where it asks so; ``severity`` is its
    name and the place of the category in its own order. ``country`` is where it was first fetched from.
    """

    month: str
    age: str
    sex: str
    severity: str
    country: str
    site_kind: str
    commercial: str
    self_generated: str


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class ReferralFact:
    """A referral: month, what kind of partner it is for, on which grounds, and what the partner said last."""

    month: str
    partner: str
    grounds: str
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All facts of a time, each with how often it holds."""

    reports: Counter[ReportFact] = field(default_factory=Counter)
    items: Counter[ItemFact] = field(default_factory=Counter)
    notices: Counter[NoticeFact] = field(default_factory=Counter)
    children: Counter[ChildFact] = field(default_factory=Counter)
    referrals: Counter[ReferralFact] = field(default_factory=Counter)


#: Every kind of fact: its name in an export, and its shape.
KINDS: Mapping[str, type] = {
    "reports": ReportFact,
    "items": ItemFact,
    "notices": NoticeFact,
    "children": ChildFact,
    "referrals": ReferralFact,
}
