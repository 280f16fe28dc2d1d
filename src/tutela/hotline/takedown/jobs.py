"""What a worker does for notices: act on what is proven, look again before and after one goes out."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction

from tutela.hotline.cases.actions import move_item, put_act
from tutela.hotline.cases.equipment import equipment
from tutela.hotline.cases.grounds import ground_fell
from tutela.hotline.cases.job_kinds import SETTLE
from tutela.hotline.cases.jobs import ACT, WORKER
from tutela.hotline.cases.looking_ahead import register_ahead
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT
from tutela.hotline.cases.page_proof import is_emptied
from tutela.hotline.cases.states import TERMINAL, WRONG
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.takedown.actions import (
    plan_check,
    record_check,
    record_look,
    retract_notice,
)
from tutela.hotline.takedown.actions.approving import FIND, put_find
from tutela.hotline.takedown.actions.checking import KIND as CHECK
from tutela.hotline.takedown.actions.checking import end_watches, looks_of
from tutela.hotline.takedown.actions.controlling import record_control
from tutela.hotline.takedown.actions.filling import withdraw_forms_about
from tutela.hotline.takedown.actions.following import act_where_led, follow_moved
from tutela.hotline.takedown.actions.looking import KIND as LOOK
from tutela.hotline.takedown.actions.reminding import tell_again
from tutela.hotline.takedown.actions.retracting import NOT_OUT
from tutela.hotline.takedown.actions.searching import record_search, withdraw_outdated
from tutela.hotline.takedown.actions.taking_back import take_back_by_hand
from tutela.hotline.takedown.contacts.looking_up import LookUp, look_up, look_up_ahead
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.permitting import check_permitted
from tutela.hotline.takedown.queries import (
    is_gone_elsewhere,
    is_gone_untold,
    is_looked_up,
    is_to_tell,
    is_told,
    is_watch_over,
    step_for,
)
from tutela.hotline.takedown.removal import SEEN, Look, Result, Standing, absence
from tutela.hotline.takedown.seeing import Seen, see
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import SOON, Arguments, Handler, nothing_outside, register
from tutela.kernel.errors import Conflict, Refused, Unavailable

#: Tries at a look or a notice before its job is parked and shown.
_TRIES = 5


def act(arguments: Arguments, up: LookUp | None, claim: Claim) -> None:
    """The item is acted on, the search for whoever takes the place down begins, and so do the looks at it.

    Where the fetch has just looked them up (``up``), the search is over. Raises Refused where the mandate or
    the quorum lets nobody be told: then the item stays where it is.
    """
    sighting, clock = _sighting(arguments), equipment().clock
    item = _locked_item(sighting)
    item = _acted_on(item, sighting)
    if item.state != "acted":
        return
    sighting.item = item
    if is_to_tell(sighting):
        check_permitted(sighting, votes=votes_on(item), police_told=None, clock=clock)
        if up is None:
            put_find(sighting, clock=clock)
        else:
            record_search(sighting, up, actor=WORKER, clock=clock)
    plan_check(sighting, clock=clock)
    if sighting.found_as != BY_REDIRECT:
        act_where_led(item, clock=clock)


def find(arguments: Arguments, claim: Claim) -> LookUp | None:
    """Who can take the place down now; None where nobody is to be told of it any more."""
    sighting, tools = _sighting(arguments), equipment()
    if not sighting.url_for_fetch or not _is_searched(sighting, sighting.item):
        return None
    if tools.asker is not None:
        mandate_in_force().check("check_again")
    return look_up(sighting, tools)


def record_found(arguments: Arguments, up: LookUp | None, claim: Claim) -> None:
    """Queue the notice, write down the proposal, or come again when the registry wants to be asked."""
    if up is None:
        return
    sighting = _sighting(arguments)
    item = _locked_item(sighting)
    if not _is_searched(sighting, item):
        return
    if item.state == "watched":  # another place of it was told, or a person said yes
        item = move_item(item, "acted", actor=WORKER, reason="look_found", clock=equipment().clock)
    sighting.item = item
    _keep_controls(filter(None, (up.seen,)))
    _follow(item, sighting, filter(None, (up.seen,)))
    record_search(sighting, up, actor=WORKER, clock=equipment().clock)


def _acted_on(item: Item, sighting: Sighting) -> Item:
    """The item on its way to a notice; one that was told about elsewhere goes there for a new place."""
    clock = equipment().clock
    if item.state == "matched":
        return move_item(item, "acted", actor=WORKER, reason="list_matched", clock=clock)
    if item.state == "verdict":
        return move_item(item, "acted", actor=WORKER, reason="verdict_reached", clock=clock)
    if item.state not in ("watched", "removed", "reappeared") or not is_to_tell(sighting):
        return item
    if item.state == "removed":
        item = move_item(item, "reappeared", actor=WORKER, reason="look_found", clock=clock)
    return move_item(item, "acted", actor=WORKER, reason="look_found", clock=clock)


def _is_searched(sighting: Sighting, item: Item) -> bool:
    """Whether somebody is to be told of the place: nobody was, or it is time for the next rung."""
    if item.state not in ("acted", "watched"):
        return False
    step = step_for(sighting, urgent=item.urgent, now=equipment().clock.now())
    return is_to_tell(sighting) or step == "climb"


def looks_of_a_round() -> int:
    """How often a look asks its host: once from each vantage point. Where nobody can look, it is one."""
    try:
        return len(equipment().vantages)
    except Unavailable:  # the job that is claimed here will say so
        return 1


def look_again(arguments: Arguments, claim: Claim) -> tuple[Seen, ...]:
    """One look at a sighting from each vantage point; none where its address was given away with its item."""
    sighting, tools = _sighting(arguments), equipment()
    if not sighting.url_for_fetch:
        return ()
    mandate_in_force().check("check_again")
    return tuple(see(sighting, vantage, tools) for vantage in tools.vantages)


def record_looks(arguments: Arguments, seen: tuple[Seen, ...], claim: Claim) -> None:
    """Write the looks down, move the item where they say so, and plan the next ones; nothing where none."""
    if not seen:
        return
    sighting, clock = _sighting(arguments), equipment().clock
    item = _locked_item(sighting)
    looks = tuple(Look(vantage=one.vantage, at=one.at, result=_result(item, one)) for one in seen)
    standing = record_check(sighting, looks, actor=WORKER, clock=clock)
    _keep_controls(seen)
    item = _move(item, sighting, standing)
    if standing == "there" and any(look.result in SEEN for look in looks):
        with suppress(Refused), transaction.atomic():  # nobody may be told any more: the looks go on
            item = tell_again(item, sighting, actor=WORKER, clock=clock)
    _follow(item, sighting, seen)
    if not plan_check(sighting, clock=clock) and item.state == "removed" and is_watch_over(item):
        move_item(item, "closed", actor=WORKER, reason="ended", clock=clock)


def look_before_sending(arguments: Arguments, claim: Claim) -> LookUp | None:
    """What is there now at the place that a waiting notice names, and who has the place; None where it waits
    no longer.

    From the first vantage point; where the host refuses that one, from the next. Where the recipient was
    looked up, registries are asked anew.
    """
    mandate_in_force().check("check_again")
    notice = Notice.objects.select_related("sighting").filter(public_id=arguments["notice"]).first()
    if notice is None:
        raise Refused("there is no such notice")
    if notice.state != "queued" or not notice.sighting.url_for_fetch:
        return None
    tools = equipment()
    if is_looked_up(notice):
        return look_up(notice.sighting, tools)
    seen = see(notice.sighting, tools.vantages[0], tools)
    for vantage in tools.vantages[1:]:
        if seen.judged.result != "blocked":
            break
        seen = see(notice.sighting, vantage, tools)
    return LookUp(seen=seen)


def record_look_before(arguments: Arguments, up: LookUp | None, claim: Claim) -> None:
    """The notice may go out, waits, or is withdrawn; nothing where it waits no longer.

    Where somebody else has the place now, it is withdrawn and the search begins anew.
    """
    if up is None or up.seen is None:
        return
    notice, clock = str(arguments["notice"]), equipment().clock
    _keep_controls((up.seen,))
    if up.seen.moved is not None:
        _follow_from(notice, up.seen)
    with suppress(Conflict):  # it went out, or was taken back, while we looked
        if not withdraw_outdated(notice, up, actor=WORKER, clock=clock):
            record_look(notice, _result(_item_of(notice), up.seen), actor=WORKER, clock=clock)


def _follow(item: Item, sighting: Sighting, seen: Iterable[Seen]) -> None:
    """What the looks met at another host is one of the item's places from now on."""
    moved = [one.moved for one in seen if one.moved is not None and _result(item, one) in SEEN]
    follow_moved(item, sighting, moved, actor=WORKER, clock=equipment().clock)


def _follow_from(untrusted_notice: str, seen: Seen) -> None:
    """The same of a notice's place, before the notice is locked: whoever locks both begins with the item."""
    sighting = Sighting.objects.select_related("item").get(notices__public_id=untrusted_notice)
    _follow(_locked_item(sighting), sighting, (seen,))


def _result(item: Item, seen: Seen) -> Result:
    """What the look found; a page from which all that proved it is gone shows something else by now."""
    return "changed" if seen.judged.result in SEEN and is_emptied(item) else seen.judged.result


def _item_of(untrusted_notice: str) -> Item:
    return Item.objects.get(sightings__notices__public_id=untrusted_notice)


def _keep_controls(seen: Iterable[Seen]) -> None:
    for one in seen:
        if one.control is not None:
            record_control(one.host, one.vantage, one.control, clock=equipment().clock)


def settle(arguments: Arguments, result: None, claim: Claim) -> None:
    """Take back what was written about a closed item: all that waits, and where it was wrong, all.

    Of an item that is not closed, or was for another reason, what was written ends where nothing speaks for
    it any more (``wrong``).
    """
    item = Item.objects.filter(public_id=arguments["item"]).first()
    if item is None:
        raise Refused("there is no such item")
    clock, fell = equipment().clock, bool(arguments.get("wrong")) and ground_fell(item)
    if item.state not in TERMINAL and not fell:  # something speaks for it again
        return
    is_wrong, reason = fell or item.state_reason in WRONG, "ground_fell" if fell else "item_closed"
    withdraw_forms_about(item, actor=WORKER, clock=clock)
    own = Notice.objects.filter(sighting__item=item, retracts=None).exclude(state="withdrawn")
    for notice in own.filter(retraction=None).order_by("pk"):
        if notice.state in NOT_OUT or is_wrong:
            retract_notice(notice.public_id, actor=WORKER, reason=reason, clock=clock)
    if is_wrong:
        take_back_by_hand(item, actor=WORKER, clock=clock)
    if item.state in TERMINAL:
        end_watches(item, clock=clock)


def _move(item: Item, sighting: Sighting, standing: Standing) -> Item:
    """The item where the looks bring it."""
    clock = equipment().clock
    if item.state == "acted" and (is_told(sighting) or (standing == "removed" and is_gone_untold(sighting))):
        item = move_item(item, "watched", actor=WORKER, reason="watch_begun", clock=clock)
    if item.state == "watched" and standing == "removed" and is_gone_elsewhere(item, sighting):
        gone = absence(looks_of(sighting))
        return move_item(item, "removed", actor=WORKER, reason="look_missed", absence=gone, clock=clock)
    if item.state == "removed" and standing == "there":
        item = move_item(item, "reappeared", actor=WORKER, reason="look_found", clock=clock)
        item = move_item(item, "acted", actor=WORKER, reason="look_found", clock=clock)
    if item.state == "acted" and standing == "there" and is_to_tell(sighting):
        put_act([sighting], clock=clock)
    return item


def _sighting(arguments: Arguments) -> Sighting:
    found = Sighting.objects.select_related("item").filter(public_id=arguments["sighting"]).first()
    if found is None:
        raise Refused("there is no such sighting")
    return found


def _locked_item(sighting: Sighting) -> Item:
    """Its item as it stands, locked before the ledger is: whoever moves an item takes both in this order."""
    return Item.objects.select_for_update().get(pk=sighting.item_id)


def register_handlers() -> None:
    """Makes this app's jobs known, and what a fetch asks ahead for them; called once, when Django starts."""
    register_ahead(look_up_ahead)
    register(Handler(kind=ACT, priority=SOON, outside=nothing_outside, inside=act, tries_max=_TRIES))
    register(Handler(kind=FIND, priority=SOON, outside=find, inside=record_found, tries_max=_TRIES))
    register(
        Handler(
            kind=CHECK, outside=look_again, inside=record_looks, tries_max=_TRIES, requests=looks_of_a_round
        )
    )
    register(Handler(kind=SETTLE, outside=nothing_outside, inside=settle, tries_max=_TRIES))
    register(
        Handler(
            kind=LOOK, priority=SOON, outside=look_before_sending, inside=record_look_before, tries_max=_TRIES
        )
    )
