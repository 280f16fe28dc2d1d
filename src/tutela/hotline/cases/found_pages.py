"""A page on its way into the database: every address sealed and digested, before a transaction is open.

Sealing takes public keys only. No Django here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.detect.media.page_shapes import Page
from tutela.hotline.cases.addresses import SealedAddress, SealingKeys, seal_address
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.page_plan import COUNTS_FORMAT, PageRules, plan_of
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.urls import Url


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundMedium:
    """What stood on the page: kind of the item, how the page shows it, its address sealed and digested."""

    kind: str
    found_as: str
    address: SealedAddress = field(repr=False)
    url_digest: str = field(repr=False)
    host_digest: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundPage:
    """A page, ``level`` pages away from what was reported: what stood on it, the signs of its text, its own
    address as the referrer of what stood on it. ``is_entrance``: it asks for a password, or sends on.
    """

    level: int
    media: tuple[FoundMedium, ...]
    counts: Mapping[str, int]
    left: Mapping[str, int]
    group_max: int
    referrer_sealed: bytes = field(repr=False)
    referrer_for_fetch: bytes = field(repr=False)
    text_bytes: int
    text_digest: str = field(repr=False)
    text_simhash: str = field(repr=False)
    is_entrance: bool = False

    def as_counts(self, *, opened: int, joined: int, full: int) -> dict[str, object]:
        """What the series keeps: opened as new items, joined with known ones, left out of a full group."""
        left = {**self.left, **({"group_full": full} if full else {})}
        taken = {"opened": opened, "joined": joined, "most": self.group_max}
        return {"v": COUNTS_FORMAT, **self.counts, **taken, "left": left}


def find_page(
    page: Page, here: Url, *, level: int, rules: PageRules, keys: SealingKeys, index: IndexKey
) -> FoundPage:
    """The page that was met at ``here``. Raises Unavailable where a sealing key is missing."""
    plan = plan_of(page, here, level=level, rules=rules)
    media = tuple(
        FoundMedium(
            kind=one.kind,
            found_as=one.found_as,
            address=seal_address(one.url, keys),
            url_digest=index.address_digest(one.url),
            host_digest=index.host_digest(one.url),
        )
        for one in plan.wanted
    )
    return FoundPage(
        level=level,
        media=media,
        counts=plan.counts,
        left=plan.left,
        group_max=rules.group_max,
        referrer_sealed=seal_text(here.canonical, keys.vault),
        referrer_for_fetch=seal_text(here.canonical, keys.fetch),
        text_bytes=page.text_bytes,
        text_digest=index.text_digest(page.text_digest),
        text_simhash=f"{page.text_simhash:016x}",
        is_entrance=page.password_field or page.refresh is not None,
    )
