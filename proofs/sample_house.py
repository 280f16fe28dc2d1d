"""A house with some life in it, to be looked at: ``python -m proofs.sample_house`` fills TUTELA_HOME.

People of every role, items in every state, notices in every state, a watched, a removed and a returned place,
referrals, jobs, and a year of bare rows for the figures. It prints one JSON object: who can sign in how, and
where links lead. Everything is made up; every address ends in ``.test``.
"""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from tutela.kernel.clock import FixedClock, SystemClock

#: Days for which the house has been at work, and days of bare rows before.
DAYS, YEAR_DAYS = 10, 400
#: Bare rows for the figures.
BARE_ITEMS = 60
#: The state of an item -> the states on its way, from the first one.
WAYS = {
    "received": (),
    "fetched": ("fetched",),
    "rated": ("fetched", "fingerprinted", "unmatched", "rated"),
    "in_review": ("fetched", "fingerprinted", "unmatched", "rated", "in_review"),
    "verdict": ("fetched", "fingerprinted", "unmatched", "rated", "in_review", "verdict"),
    "held": ("fetched", "fingerprinted", "unmatched", "rated", "held"),
    "closed": ("closed",),
}


def fill(home: Path) -> dict[str, Any]:
    """Who can sign in how, and where links lead, once the house is full."""
    from tutela.hotline.people.configuration import rehearsal_keys, rehearse

    clock = FixedClock(SystemClock().now().astimezone(UTC) - timedelta(days=DAYS))
    keys = rehearsal_keys()
    rehearse(home, keys=keys, clock=clock)
    gone = first_analyst()
    assessments(gone, clock)
    bare_rows(clock)
    people = {name: account(name, roles) for name, roles in staff().items()}
    roster(home, keys, clock)
    link = invitation(clock)
    items(clock)
    notices(clock)
    places(clock)
    referrals(clock)
    contacts(clock)
    return {"people": people, "join": link}


def staff() -> dict[str, tuple[str, ...]]:
    """The people of the house: one of every role, and one with all that one person may hold."""
    from tutela.hotline.people.roles import EXCLUSIONS, ROLES

    most: tuple[str, ...] = ()
    for role in ("senior_analyst", "takedown_officer", "administrator", *ROLES):
        if role not in most and not any(pair <= {*most, role} for pair in EXCLUSIONS):
            most = (*most, role)
    return {"everything": most, **{role: (role,) for role in ROLES}}


def account(name: str, roles: tuple[str, ...]) -> dict[str, Any]:
    """A person with a password and an authenticator app: what they type."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from tests.hotline.people import making

    email, secret = f"{name}@house.test", generate_totp_secret()
    somebody = making.person(
        *roles, name=name.replace("_", " ").capitalize() + " Example", email=email, factor=False
    )
    TOTP.activate(somebody, secret)
    return {"roles": roles, "email": email, "password": making.PASSWORD, "secret": secret}


def first_analyst() -> Any:
    """Somebody who judged something and is not here now."""
    from tests.hotline.people import making
    from tutela.hotline.people.roles import ANALYST

    return making.person(ANALYST, name="Gone Example", factor=False)


def assessments(who: Any, clock: FixedClock) -> None:
    """Pictures that wait for a person, and one that somebody judged and a second person has to look at."""
    from tests.hotline.review.making import ILLEGAL, a_waiting_item, judged

    for _ in range(3):
        clock.advance(60)
        a_waiting_item(clock, urgent=True)
    judged(who, ILLEGAL, clock)


def roster(home: Path, keys: Any, clock: FixedClock) -> None:
    """Everybody who votes stands on the signed roster, but for the analyst, who needs the word of two."""
    from tutela.hotline.people.access import roles_held
    from tutela.hotline.people.configuration import rehearse_roster
    from tutela.hotline.people.models import Person
    from tutela.hotline.people.vouching.roster import Line

    signed = Person.objects.exclude(email="analyst@house.test")
    lines = {one.public_id: Line(name=one.name, roles=roles_held(one), renewal=one.renewal) for one in signed}
    rehearse_roster(home, lines, keys=keys, clock=clock)


def invitation(clock: FixedClock) -> str:
    """The path of a link of somebody who was invited and has not come yet."""
    from tests.hotline.takedown.making import OFFICER
    from tutela.hotline.people.actions import invite_person

    made = invite_person(
        "Ada Lovelace", "ada@house.test", frozenset({"analyst"}), actor=OFFICER, clock=SystemClock()
    )
    clock.advance(1)
    return f"/join/{made.token}/"


def bare_rows(clock: FixedClock) -> None:
    """A year of reports, items, notices and removals without any history."""
    from tests.hotline.statistics import making

    making.START = clock.now() - timedelta(days=YEAR_DAYS)
    making.build_house(BARE_ITEMS)


def items(clock: FixedClock) -> None:
    """An item in each state that no notice brings about, on its way step by step."""
    from tests.hotline.cases.making import REASONS, WORKER
    from tutela.hotline.cases.actions import Judged, move_item, open_item, record_sighting, record_verdict
    from tutela.hotline.cases.seen import Seen
    from tutela.hotline.ledger.actors import PUBLIC

    for number, steps in enumerate(WAYS.values()):
        item = open_item("url", source="report", actor=PUBLIC, urgent=number == 2, clock=clock)
        for state in steps:
            clock.advance(90)
            if state == "fetched":
                seen = Seen(how="fetched", process="fetcher", reason="report", sha256=f"{number:064x}")
                record_sighting(item, seen, actor=WORKER, clock=clock)
            if state == "verdict":
                judged = Judged(legal_class="csam", scheme="own", category="1", votes=1)
                item = record_verdict(item, judged, actor=WORKER, clock=clock).item
            item = move_item(item, state, actor=WORKER, reason=REASONS[state], clock=clock)


def notices(clock: FixedClock) -> None:
    """A notice in each state of the outbox."""
    from tests.hotline.takedown.making import a_notice
    from tutela.hotline.takedown.models import Notice
    from tutela.hotline.takedown.states import STATES

    for number, state in enumerate(sorted(STATES)):
        clock.advance(600)
        made = a_notice(clock, address=f"abuse@host{number}.test", urgent=number == 1)
        Notice.objects.filter(pk=made.pk).update(state=state, attempts=int(state != "queued"))


def places(clock: FixedClock) -> None:
    """Places that are watched: one still there, one gone, one that came back."""
    from tests.hotline.takedown.making import WORKER, a_notice
    from tutela.hotline.takedown.actions import record_check
    from tutela.hotline.takedown.models import Notice
    from tutela.hotline.takedown.removal import Look, Result

    ways: tuple[tuple[Result, ...], ...] = (("present",), ("gone", "gone"), ("gone", "gone", "present"))
    for looks in ways:
        made = a_notice(clock, address="abuse@watched.test")
        Notice.objects.filter(pk=made.pk).update(state="sent", attempts=1, claimed_at=clock.now())
        for result in looks:
            clock.advance(2_000)
            both = tuple(
                Look(vantage=vantage, at=clock.now(), result=result) for vantage in ("here", "there")
            )
            record_check(made.sighting, both, actor=WORKER, clock=clock)


def referrals(clock: FixedClock) -> None:
    """A partner that is confirmed, one that is not, and a referral in each state."""
    from tests.hotline.partners.making import a_partner, a_referral
    from tutela.hotline.partners.acts import STATES
    from tutela.hotline.partners.models import Referral

    office = a_partner(clock)
    a_partner(clock, name="Office 8", confirmed=False)
    for state in STATES:
        clock.advance(300)
        made = a_referral(clock, partner=office)
        changed: dict[str, Any] = {"state": state}
        if state in {"handed", "answered"}:
            changed |= {"handed_at": clock.now(), "document_sha256": "d" * 64}
        Referral.objects.filter(pk=made.pk).update(**changed)


def contacts(clock: FixedClock) -> None:
    """A contact in each state, a form that somebody has to fill in, and a hand-over to another country."""
    from tests.hotline.takedown.making import a_sighting
    from tutela.hotline.takedown.contacts.models import CONTACT_STATES, Contact, FormNotice

    now, place = clock.now(), a_sighting(clock, urgent=True)
    for number, state in enumerate(CONTACT_STATES):
        row = Contact(
            key=f"as:{64_500 + number}", rung="hoster", kind="form" if number == 0 else "mail",
            address=f"https://form{number}.test/" if number == 0 else f"abuse@book{number}.test",
            organisation=f"Book {number}", country="NL", origin="house", state=state, made_at=now,
        )  # fmt: skip
        row.save()
        if number == 0:
            FormNotice.objects.create(
                sighting=place, contact=row, consequence="notice_known", queued_at=now, moved_at=now
            )
    hotline = Contact.objects.create(
        key="country:NL", rung="hotline", kind="form", address="https://hotline.test/",
        organisation="Hotline", country="NL", origin="look_up", source="table", state="listed", made_at=now,
    )  # fmt: skip
    FormNotice.objects.create(
        sighting=place, contact=hotline, consequence="notice_known", queued_at=now, moved_at=now
    )


def main() -> None:
    """Fill TUTELA_HOME, a founded house."""
    from tutela.kernel.settings import home
    from tutela.web.starting import start_django

    start_django()
    print(json.dumps(fill(home())))


if __name__ == "__main__":
    main()
