"""Who reports what, and when: every planted item once, as a page or by its address, in the first two days."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.demo.world import World
from tutela.demo.world.album import GALLERY, MORE
from tutela.demo.world.planted import Item
from tutela.hotline.intake.actions import receive_report
from tutela.kernel.clock import Clock

#: Hosts that are reported as a page, which shows all that is planted there; of the others single addresses.
AS_PAGE = frozenset({"obedient.test", "slow.test"})
#: The host whose report says that a child is in danger now.
URGENT = "busy-registry.test"
#: Between two reports.
APART = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One report: when it is handed in, what its form says, and of which host it is."""

    at: datetime
    host: str
    form: Mapping[str, str]


def planned_reports(world: World, items: Collection[Item], start: datetime) -> Iterator[Planned]:
    """A report for each host of ``items``, in the order of the world. The gallery's is one page."""
    hosts = list(dict.fromkeys(item.host for item in items))
    for number, host in enumerate(hosts):
        own = [item for item in items if item.host == host]
        yield Planned(at=start + number * APART, host=host, form=_form(world, host, own))


def _form(world: World, host: str, items: Collection[Item]) -> dict[str, str]:
    addresses = [world.url(item) for item in items]
    if host in AS_PAGE:
        addresses = [world.url_of(host)]
    if host == world.gallery.name:
        addresses = [world.url_of(host, GALLERY), world.url_of(host, MORE)]
    return {
        "addresses": "\n".join(addresses),
        "text": "Seen while looking for something else." if host in AS_PAGE else "",
        "urgent": "yes" if host == URGENT else "",
        "referrer": next((item.referrer for item in items if item.referrer), ""),
    }


class Public:
    """Those who report: each planned report at its time, by the form's own action."""

    def __init__(self, planned: Collection[Planned], clock: Clock) -> None:
        self._waiting = sorted(planned, key=lambda one: one.at)
        self._clock = clock
        #: Receipts that were shown, in words.
        self.receipts: list[str] = []

    def act(self) -> bool:
        """Whether a report was handed in."""
        if not self._waiting or self._waiting[0].at > self._clock.now():
            return False
        receipt = receive_report(self._waiting.pop(0).form, clock=self._clock)
        self.receipts.append(receipt.words)
        return True

    def next_moment(self) -> datetime | None:
        """When the next one reports."""
        return self._waiting[0].at if self._waiting else None
