"""Bar 8: a gallery of 500 pictures and 20 films, some broken, is one report, one group and one look.

One report of the gallery's page goes through intake, guarded fetches and sealed media workers. Every picture
and film is fetched once and belongs to one group; whatever could not be fetched or opened is named, and
nothing else is. Then the host that shows its pictures only to those who come from the right page is looked at
for weeks, from two places: it is never counted as removed, and a host that does remove is.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from proofs.figure import Figure, Tier, script
from proofs.i4_07 import founded
from tutela.kernel import log

if TYPE_CHECKING:
    from proofs.album_house import AlbumHouse, Keys

BAR, REPLAY = "i4-8", "make proofs BAR=i4-8"
#: Pictures, films, and pictures of the gallery behind it by tier; the small one has one of every kind.
SIZES = {"full": (500, 20, 12), "ci": (24, 5, 2)}
#: Days for which the host that asks for a referrer is looked at.
DAYS = {"full": 28, "ci": 3}
#: What seals the second factors of the house's people, who are made for this alone.
SIGN_IN = "a login key of a proof, long enough for Django's own check to be quiet about it"
#: The host that shows its pictures to those who come from the right page, and one that removes.
DISGUISED, OBEDIENT = "referrer.test", "obedient.test"


def gallery(figure: Figure, house: AlbumHouse) -> None:
    """One report of the gallery, and what came of it."""
    begun = time.monotonic()
    house.report()
    jobs = house.work()
    figure.count("pictures and films on the page", len(house.expected))
    figure.count("broken, lost or none of them", sum(not good for good in house.expected.values()))
    figure.count("jobs", jobs)
    figure.record("from the report to the last medium", time.monotonic() - begun, "s")
    judge_group(figure, house)
    judge_media(figure, house)
    judge_known(figure, house)
    judge_fetches(figure, house)
    look(figure, house)


def judge_group(figure: Figure, house: AlbumHouse) -> None:
    """One report, one item of it, one group, everything of the page in it."""
    from tutela.hotline.cases.models import Item, Series
    from tutela.hotline.intake.models import Report

    series = Series.objects.filter(kind="page")
    pages = Item.objects.filter(page_series__isnull=False)
    figure.record("reports", Report.objects.count(), "reports", bar="== 1")
    figure.record("groups", series.count(), "groups", bar="== 1")
    figure.record("pages", pages.count(), "items", bar="== 1")
    members = set(series[0].items.values_list("public_id", flat=True)) if series else set()
    found = house.items_by_path()
    in_group = sum(len(items) == 1 and items[0].public_id in members for items in found.values())
    lacking = len(house.expected) - in_group
    figure.record("media that are not exactly one item of the group", lacking, "media", bar="== 0")
    figure.record(
        "items of the group that are none of its media", len(members) - in_group, "items", bar="== 0"
    )
    state = pages[0].state if pages else ""
    figure.record("page whose own state follows from its media", int(state == "matched"), "pages", bar="== 1")


def judge_media(figure: Figure, house: AlbumHouse) -> None:
    """What cannot be opened has a word for it, which the page says; what can be opened has none."""
    from tutela.hotline.cases.models import Item, Sighting
    from tutela.hotline.cases.page_words import PAGE_WORDS
    from tutela.hotline.cases.queries import item_facts

    words = {
        path: sorted({one.trouble for one in Sighting.objects.filter(item__in=items) if one.trouble})
        for path, items in house.items_by_path().items()
    }
    unnamed = [path for path, good in house.expected.items() if not good and len(words[path]) != 1]
    wrongly = [path for path, good in house.expected.items() if good and words[path]]
    figure.record("broken and not named", len(unnamed), "media", bar="== 0")
    figure.record("whole and called broken", len(wrongly), "media", bar="== 0")
    page = Item.objects.filter(page_series__isnull=False).first()
    group = item_facts(page.public_id).groups[0] if page else None
    told = dict(group.troubles) if group else {}
    counted = Counter(found[0] for path, found in words.items() if found)
    figure.record(
        "troubles that the page counts otherwise", int(counted != Counter(told)), "pages", bar="== 0"
    )
    figure.record("troubles without a sentence", len(told.keys() - PAGE_WORDS.keys()), "words", bar="== 0")
    figure.table("troubles", told)
    figure.table("states", dict(group.states) if group else {})


def judge_known(figure: Figure, house: AlbumHouse) -> None:
    """What is known byte for byte is on its way without a look; everything else that opens waits for one."""
    from tutela.demo.world.album import GALLERY

    kinds = {item.path: item.kind for item in house.world.gallery.listed(GALLERY)}
    states: dict[str, Counter[str]] = {"known": Counter(), "waits": Counter(), "broken": Counter()}
    for path, items in house.items_by_path().items():
        kind = "known" if kinds.get(path) == "known" else "waits" if house.expected[path] else "broken"
        states[kind].update(item.state for item in items)
    others = states["known"].total() - states["known"]["matched"] - states["known"]["acted"]
    figure.count("known byte for byte", states["known"].total())
    figure.record("known and not on their way", others, "media", bar="== 0")
    unknown = states["waits"].total() - states["waits"]["unmatched"] - states["waits"]["rated"]
    figure.count("wait for a look", states["waits"].total())
    figure.record("unknown, whole, and not waiting for a person", unknown, "media", bar="== 0")


def judge_fetches(figure: Figure, house: AlbumHouse) -> None:
    """Each address was asked for once, and no page behind the gallery was."""
    served = Counter(one.path for one in house.world.journal.of_host(house.world.gallery.name))
    more = sum(number - 1 for number in served.values())
    figure.count("requests", served.total())
    figure.record("requests for what had been fetched", more, "requests", bar="== 0")


def look(figure: Figure, house: AlbumHouse) -> None:
    """One person looks at the group once: it is handed out whole, shown in sheets of tiles, and assessed."""
    from tests.hotline.review.making import ILLEGAL, an_analyst
    from tutela.hotline.review.actions import assess, claim_next, show

    house.clock.advance(3_600)
    analyst, opener = an_analyst(), house.opener()
    turn = claim_next(analyst, clock=house.clock)
    if turn is None:
        figure.failure(REPLAY, "nothing was handed out")
        return
    left = list(turn.items)
    while left:
        sheet = show(analyst, turn.turn, left, opener=opener, clock=house.clock)
        left = left[len(sheet) :]
        house.clock.advance(20)
    assess(analyst, turn.turn, turn.items, ILLEGAL, key="a key", clock=house.clock)
    again = claim_next(analyst, clock=house.clock)
    figure.record("handed out again afterwards", len(again.items) if again else 0, "items", bar="== 0")
    judge_look(figure, house, turn.items)


def judge_look(figure: Figure, house: AlbumHouse, handed: Sequence[str]) -> None:
    """Everything that waits was in the one turn, and was seen once; what is known or broken by nobody."""
    from tutela.demo.world.album import GALLERY
    from tutela.hotline.review.models import Exposure, Lease

    known = {item.path for item in house.world.gallery.listed(GALLERY) if item.kind == "known"}
    items = {path: found[0].pk for path, found in house.items_by_path().items() if found}
    names = {path: found[0].public_id for path, found in house.items_by_path().items() if found}
    waiting = {path for path, good in house.expected.items() if good} - known
    seen = Counter(Exposure.objects.filter(tiles__gt=0).values_list("item", flat=True))
    figure.record(
        "times that the group was handed out",
        Lease.objects.values("turn").distinct().count(),
        "turns",
        bar="== 1",
    )
    lacking = sum(names.get(path) not in handed for path in waiting)
    figure.record("waited for a look and not in the turn", lacking, "media", bar="== 0")
    once = sum(seen[items[path]] == 1 for path in waiting & items.keys())
    figure.record("waited and not seen exactly once", len(waiting) - once, "media", bar="== 0")
    shown = sum(seen[items[path]] for path in known & items.keys())
    figure.record("known byte for byte and shown to somebody", shown, "media", bar="== 0")
    people = Exposure.objects.values("who").distinct().count()
    figure.record("people who looked", people, "people", bar="== 1")


def disguised(figure: Figure, tier: Tier) -> None:
    """The host behind a referrer, and one that removes, told on the first day and looked at for weeks."""
    from tests.faults.watching import watching
    from tutela.hotline.takedown.models import Check, Removal, Watch

    with watching() as hotline:
        planted = [item for item in hotline.world.hosts[DISGUISED].items if item.kind != "harmless"]
        control = hotline.world.item(OBEDIENT)
        for item in (*planted, control):
            hotline.found(item)
            hotline.world.hosts[item.host].tell(item, hotline.world.still.now())
        hotline.pass_days(DAYS[tier])
        own = [hotline.places[item.name] for item in planted]
        looks = Check.objects.filter(sighting__in=own)
        gone = looks.exclude(result="present").count()
        told = Removal.objects.filter(sighting__in=own).count()
        there = Watch.objects.filter(sighting__in=own, standing="there").count()
        removed = Removal.objects.filter(sighting=hotline.places[control.name], reopened_at=None).count()
    figure.count("looks at the host behind a referrer", looks.count())
    figure.record("looks that did not find what is there", gone, "looks", bar="== 0")
    figure.record("removals counted behind the referrer", told, "removals", bar="== 0")
    figure.record("places behind the referrer that stand as there", there, "places", bar=f"== {len(planted)}")
    figure.record("removals counted of the host that removes", removed, "removals", bar="== 1")


def keys_of(home: Path) -> Keys:
    """The keys that the house was founded with."""
    from proofs.album_house import START, Keys
    from tutela.hotline.cases.addresses import fetch_key_store
    from tutela.kernel.clock import FixedClock
    from tutela.kernel.custody.key_files import FileKeyStore

    clock = FixedClock(START)
    vault = FileKeyStore(home / "vault" / "epochs", home / "vault" / "keys", clock)
    return Keys(vault=vault, fetch=fetch_key_store(home, clock))


def main(tier: Tier) -> int:
    """A house of its own, on SQLite; a sample mandate that grants fetches and looks."""
    figure = Figure(bar=BAR, tier=tier)
    with (
        tempfile.TemporaryDirectory(prefix="tutela-i4-08-") as name,
        open(os.devnull, "w", encoding="utf-8") as nowhere,
    ):
        log.configure(level="error", stream=nowhere)
        home = Path(name)
        os.environ.update(TUTELA_HOME=name)
        os.environ.pop("TUTELA_HOTLINE__DATABASE", None)
        founded(home)
        from tutela.web.starting import start_django

        start_django()
        from django.conf import settings

        settings.SECRET_KEY = SIGN_IN
        from proofs.album_house import START, album_house
        from tutela.hotline.people.configuration import rehearse
        from tutela.kernel.clock import FixedClock

        rehearse(home, clock=FixedClock(START))
        with album_house(keys_of(home), home, SIZES[tier]) as house:
            gallery(figure, house)
        disguised(figure, tier)
    return figure.save()


if __name__ == "__main__":
    script(main)
