"""Showing protected tiles: who, what, within which caps; each display is written down before it is one.

The opener is asked for tiles and for nothing else, so no byte of an object comes to this process.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import transaction

from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import person as actor_of
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.people.models import Person
from tutela.hotline.review.access import access_turn, check_looking, may_be_shown
from tutela.hotline.review.actions.ending import end_displays
from tutela.hotline.review.actions.taking_up import take_up
from tutela.hotline.review.caps import room
from tutela.hotline.review.models import Exposure
from tutela.hotline.review.queries import displays
from tutela.hotline.review.rules import rules_in_force
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Refused, TutelaError
from tutela.kernel.opener.asking import Shows
from tutela.kernel.opener.orders import OpenOrder
from tutela.kernel.opener.tiles import SIDE, Tile

_MACHINE_CLOCK = SystemClock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One item as it was shown: its tiles, none where nothing of it can be shown, and then ``why`` not."""

    item: str
    tiles: tuple[Tile, ...] = field(default=(), repr=False)
    why: str = ""


def show(
    person: Person,
    turn: str,
    items: Sequence[str] = (),
    *,
    opener: Shows,
    clock: Clock = _MACHINE_CLOCK,
) -> list[Shown]:
    """Protected tiles of what this person has before them: these items, or the first sheet of all.

    What they saw before ends with it. Raises Refused where they, the house or the caps say no, Conflict where
    their time is over.
    """
    check_looking(person, clock=clock)
    held = [one.item for one in access_turn(person, turn, clock=clock)]
    chosen = [one for one in held if one.public_id in set(items)] if items else held
    wanted = chosen[: rules_in_force().sheet_tiles]
    found = show_items(person, wanted, turn, opener=opener, clock=clock)
    for item, one in zip(wanted, found, strict=False):
        _taken_up(person, item, one, clock)
    return found


def show_items(
    person: Person, items: Sequence[Item], turn: str, *, opener: Shows, clock: Clock
) -> list[Shown]:
    """These items, as many as the caps leave room for, whoever handed them out; one that cannot be shown says
    why. Every display is written down before the opener is asked. Raises Refused where the caps say no.
    """
    cover(person, clock=clock)
    begun = _begun(person, items, turn, clock)
    return [_shown(item, one, opener, clock) for item, one in begun]


@transaction.atomic
def cover(person: Person, *, clock: Clock = _MACHINE_CLOCK) -> None:
    """Return once nothing counts as shown to this person any more: they covered it, or left the page."""
    end_displays(person, "next", clock=clock)


def check_room(person: Person, *, clock: Clock) -> int:
    """How many more items may be shown to this person now. Raises Refused with the reason where none."""
    rules, now = rules_in_force(), clock.now()
    left = room(displays(person, rules, now=now), rules, now=now)
    if not left.displays:
        when = f" (again from {left.from_when:%H:%M} UTC)" if left.from_when else ""
        raise Refused(f"nothing more is shown to you now: {left.reason}{when}")
    return left.displays


@transaction.atomic
def _begun(
    person: Person, items: Sequence[Item], turn: str, clock: Clock
) -> list[tuple[Item, Exposure | str]]:
    """A display of each item, or why there is none; two windows of one person share what the caps leave."""
    Person.objects.select_for_update().get(pk=person.pk)
    left = check_room(person, clock=clock)
    return [(item, _display(person, item, turn, clock)) for item in items[:left]]


def _display(person: Person, item: Item, turn: str, clock: Clock) -> Exposure | str:
    sighting = _with_bytes(item)
    if sighting is None:
        return "no bytes of it are kept that could be shown"
    if not may_be_shown(item):
        return "an approved list knows it byte for byte: it is shown to nobody"
    row = {"item": item, "sighting": sighting, "who": person.public_id, "turn": turn, "level": "protected"}
    return Exposure.objects.create(**row, begun_at=clock.now())


def _shown(item: Item, begun: Exposure | str, opener: Shows, clock: Clock) -> Shown:
    """What the opener gives of one item."""
    if isinstance(begun, str):
        return Shown(item=item.public_id, why=begun)
    try:
        tiles = tuple(opener.tiles(_order(item, begun)))
    except TutelaError as error:
        _nothing(begun)
        return Shown(item=item.public_id, why=error.public_message())
    return _recorded(begun, item, tiles, clock)


@transaction.atomic
def _taken_up(person: Person, item: Item, found: Shown, clock: Clock) -> None:
    """Of a large group, items come into review as they are shown; one that was moved meanwhile stays so."""
    if found.tiles:
        with suppress(Conflict):
            now = Item.objects.select_for_update().get(pk=item.pk)
            take_up(now, actor=actor_of(person.public_id), clock=clock)


@transaction.atomic
def _recorded(shown: Exposure, item: Item, tiles: tuple[Tile, ...], clock: Clock) -> Shown:
    if not tiles:
        _nothing(shown)
        return Shown(item=item.public_id, why="nothing of it can be shown")
    shown.tiles, shown.pixels = len(tiles), len(tiles) * SIDE * SIDE
    shown.save(update_fields=["tiles", "pixels"])
    facts: dict[str, Fact] = {"exposure": shown.public_id, "level": shown.level, "tiles": shown.tiles}
    record("item_shown", actor=actor_of(shown.who), subject=item.public_id, facts=facts, clock=clock)
    return Shown(item=item.public_id, tiles=tiles)


def _nothing(shown: Exposure) -> None:
    shown.ended_at, shown.seconds, shown.how_ended = shown.begun_at, 0.0, "nothing"
    shown.save(update_fields=["ended_at", "seconds", "how_ended"])


def _with_bytes(item: Item) -> Sighting | None:
    """The latest sighting whose bytes are kept; a page's are text and show nothing, and the picture of a page
    that was visited is shown to nobody.
    """
    if item.kind == "url" and item.page_series.exists():
        return None
    return item.sightings.exclude(blob="").exclude(how="visited").order_by("-pk").first()


def _order(item: Item, shown: Exposure) -> OpenOrder:
    blob = shown.sighting.blob
    return OpenOrder(purpose="tile", kind="person", who=shown.who, case=item.public_id, blob=blob)
