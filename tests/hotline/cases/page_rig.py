"""A worker that reads pages: a recorded internet, real media workers, and a list that knows one picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from tests.hotline.cases.rig import Rig
from tests.pictures import jpeg, landscape
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Ask
from tutela.hotline.cases.actions.findings import Met, Print
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.cases.equipment import Equipment, equipped
from tutela.hotline.cases.file_looker import FileLooker
from tutela.hotline.cases.looking import Found, Looked
from tutela.hotline.cases.models import Item, Series
from tutela.hotline.cases.page_plan import PageRules
from tutela.hotline.cases.page_reader import PageReader
from tutela.hotline.work.claims import HostLimit
from tutela.hotline.work.running import Worker
from tutela.kernel.egress.replaying import Recorded

HOME = "https://host.test/"
PAGE = HOME + "gallery/page.html"
HTML_TYPE = {"Content-Type": "text/html; charset=utf-8"}


def picture(number: int) -> bytes:
    """A generated picture, another for each number."""
    return jpeg(landscape(number, 96, 72))


KNOWN = picture(1)
KNOWN_SHA256 = hashlib.sha256(KNOWN).digest()


def page(html: str, **more: object) -> Recorded:
    return Recorded(body=html.encode(), headers=HTML_TYPE, **more)  # type: ignore[arg-type]


@dataclass
class ListedLooker:
    """Looks through the real workers; one approved list knows ``KNOWN`` byte for byte."""

    looker: FileLooker

    def look(self, descriptor: int) -> Looked:
        looked = self.looker.look(descriptor)
        mine = [one for one in looked.prints if one.kind == "sha256" and one.value == KNOWN_SHA256.hex()]
        return replace(looked, status="known", found=(self._met(mine[0].form),)) if mine else looked

    def look_inline(self, digests: Sequence[bytes]) -> Looked:
        if KNOWN_SHA256 not in digests:
            return Looked(status="unknown", prints=())
        one = Print(kind="sha256", value=KNOWN_SHA256.hex(), form="inline0")
        return Looked(status="known", prints=(one,), found=(self._met("inline0"),))

    def _met(self, form: str) -> Found:
        met = Met(
            list_id="declared",
            list_version="1",
            entry="ent",
            status="known",
            confirmed="sha256",
            approved=True,
            reason="list_matched",
            votes=1,
            legal_class="csam",
        )
        return Found(kind="sha256", form=form, met=met)


@dataclass
class PageRig(Rig):
    """As ``Rig``; pages are read, and hosts may be met as often as one likes."""

    rules: PageRules = field(default_factory=PageRules)
    pool: MediaPool | None = None

    def equipment(self) -> Equipment:
        if self.pool is None:
            raise RuntimeError("a rig has its media workers from page_rig()")
        looker = ListedLooker(FileLooker(self.pool, Ask(), tuple, clock=self.clock))
        return replace(
            super().equipment(),
            looker=looker,
            pages=PageReader(self.pool, WEB),
            inline=looker.look_inline,
            rules=self.rules,
            sealing=lambda: SealingKeys(vault=self.vault, fetch=self.fetch),
        )

    def work(self) -> list[str]:
        """What came of each job until nothing is due for an hour, the acts of takedown left out."""
        self.done.clear()
        kinds = ("fetch_sighting", "settle_page")
        with equipped(self.equipment()):
            worker = Worker(
                "worker",
                kinds,
                clock=self.clock,
                limit=HostLimit(apart_seconds=0.0),
                watched=self.done.append,
            )
            for _ in range(30):
                while worker.step():
                    continue
                self.later(1)
        return [f"{one.kind} {one.outcome}{' ' + one.reason if one.reason else ''}" for one in self.done]

    def reported_page(self, address: str = PAGE) -> Item:
        """A reported page, with all that was to be done done."""
        item = self.reported(address)
        self.work()
        item.refresh_from_db()
        return item


@contextmanager
def page_rig(recorded: Mapping[str, Recorded], rules: PageRules | None = None) -> Iterator[PageRig]:
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
        yield PageRig(recorded=recorded, looker=None, rules=rules or PageRules(), pool=pool)  # type: ignore[arg-type]


def group_of(item: Item) -> Series:
    """The series of a page."""
    return item.page_series.get()


def states_of(series: Series) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in series.items.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found
