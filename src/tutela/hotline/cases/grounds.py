"""On what it rests that an item was acted on without anybody looking, and whether that still stands.

That is what an approved list knew byte for byte (``page_proof.PROOF``), or people's last verdict. A list may
take an entry out again; then the match proves nothing from that moment on (``actions.withdrawing``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from tutela.detect.matching.parts import OpenList
from tutela.detect.matching.still_held import WasMet, gone_from
from tutela.hotline.cases.models import Item, Match
from tutela.hotline.cases.page_proof import PROOF, SHOWN_FORM, is_disproved
from tutela.hotline.cases.states import TERMINAL, WRONG

#: Matches that are asked for at once (our own: some 300 KB).
ROWS_MAX: Final = 2_000
#: What was found wrong already, so that nothing is left to take back.
_TAKEN_BACK = Q(item__state__in=TERMINAL, item__state_reason__in=WRONG)


def grounds() -> QuerySet[Match]:
    """The matches by SHA-256 that prove an item, of which something may have to be taken back.

    That of a page with what it shows is not among them: the page follows what it shows (``page_proof``).
    """
    rows = Match.objects.filter(PROOF, fingerprint__kind="sha256").exclude(fingerprint__form=SHOWN_FORM)
    return rows.exclude(_TAKEN_BACK)


def gone(rows: QuerySet[Match], lists: Sequence[OpenList]) -> Iterator[tuple[int, int]]:
    """(key of the match, key of its item) of each match that its list does not stand by any more.

    A list that is not there says nothing, and neither does one of known good files. Raises as the lists do.
    """
    names = {one.header.name for one in lists if not one.header.known_good}
    columns = ("pk", "item_id", "list_id", "fingerprint__value", "made_at")
    found = rows.filter(list_id__in=names).order_by("pk").values_list(*columns)
    last = 0
    while part := list(found.filter(pk__gt=last)[:ROWS_MAX]):
        last = part[-1][0]
        for name in {row[2] for row in part}:
            yield from _gone_of([row for row in part if row[2] == name], [*_named(lists, name)])


def _named(lists: Sequence[OpenList], name: str) -> Iterator[OpenList]:
    yield from (one for one in lists if one.header.name == name and not one.header.known_good)


def _gone_of(
    part: Sequence[tuple[int, int, str, str, datetime]], lists: Sequence[OpenList]
) -> Iterator[tuple[int, int]]:
    met = [WasMet(sha256=bytes.fromhex(value), at=at) for _, _, _, value, at in part]
    for row, is_gone in zip(part, gone_from(lists, met), strict=True):
        if is_gone:
            yield row[0], row[1]


def is_judged_illegal(item: Item) -> bool:
    """Whether people's last verdict names a class of illegal material."""
    last = item.verdicts.order_by("-pk").values_list("legal_class", flat=True).first()
    return bool(last)


def is_groundless(item: Item) -> bool:
    """Whether a list knew the item, and neither a list nor people's last verdict proves it any more."""
    if not item.matches.exists() or item.matches.filter(PROOF).exists():
        return False
    return not is_judged_illegal(item)


def ground_fell(item: Item) -> bool:
    """Whether nothing speaks any more for what was said of the item, or of the page that it is."""
    return is_groundless(item) or is_disproved(item)


def mark_of(lists: Collection[OpenList]) -> str:
    """What changes when one of these lists does, which share a name: a SHA-256, hex."""
    said = sorted(f"{one.header.name}\0{one.version}" for one in lists)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def digest_of(name: str) -> str:
    """The name of a list as a job carries it: its SHA-256, hex."""
    return hashlib.sha256(name.encode()).hexdigest()


def met_of_late(lists: Sequence[OpenList], since: datetime) -> set[str]:
    """Names of lists that an item met since then in another version than those in use now.

    Whoever looked at a file began with the lists of that moment; a long film takes its time.
    """
    versions = {(one.header.name, one.version) for one in lists}
    rows = grounds().filter(made_at__gte=since).values_list("list_id", "list_version").distinct()
    return {name for name, version in rows if (name, version) not in versions}
