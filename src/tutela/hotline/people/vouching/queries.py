"""Who is vouched for and who waits, as pages, commands and whoever counts votes ask it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tutela.hotline.people.models import Person, Vouching
from tutela.hotline.people.quorum.deciding import Vote, Vouched
from tutela.hotline.people.roles import ROLES, VOTING
from tutela.hotline.people.vouching.roster import Line, Roster, roster_in_force
from tutela.hotline.people.vouching.rule import Account, Word, standing
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Refused
from tutela.kernel.log import get_logger

_MACHINE_CLOCK = SystemClock()
_log = get_logger("people")


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One account in office: how it is vouched for, and whose words for it hold, by id."""

    public_id: str
    name: str
    roles: tuple[str, ...]
    renewal: int
    vouched: Vouched
    words: tuple[str, ...]

    @property
    def votes(self) -> bool:
        """Whether a role of this account may vote: then it waits while nobody vouched for it."""
        return bool(VOTING & set(self.roles))


def standings(*, clock: Clock = _MACHINE_CLOCK) -> list[Standing]:
    """Everybody in office, by name. Three queries however many there are."""
    rows = Person.objects.filter(state=Person.State.ACTIVE).prefetch_related("roles_held")
    accounts = [one for one in map(_account, rows.order_by("name", "id")) if one.in_office]
    words = _words()
    found = standing(accounts, words, roster_or_nobody(clock=clock))
    givers: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for word in words:
        givers[word.about] += (word.giver,) if word.giver in found else ()
    return [_shown(one, found.get(one.public_id, ""), givers[one.public_id]) for one in accounts]


def vouched_for(person: Person, *, clock: Clock = _MACHINE_CLOCK) -> Vouched:
    """How this person is vouched for now: what their vote has to carry (``quorum.deciding.Vote``)."""
    everybody = standings(clock=clock)
    return next((one.vouched for one in everybody if one.public_id == person.public_id), "")


def vouched_ids(*, clock: Clock = _MACHINE_CLOCK) -> frozenset[str]:
    """The ids of everybody who is vouched for now."""
    return frozenset(one.public_id for one in standings(clock=clock) if one.vouched)


def standing_votes(votes: Iterable[Vote], *, clock: Clock = _MACHINE_CLOCK) -> list[Vote]:
    """The votes as they count now: of this house's people, who was and still is vouched for.

    To be asked before anything is decided: else somebody votes, comes back under another account, and votes
    again. What was decided stays decided when they leave.
    """
    now = vouched_ids(clock=clock)
    return [
        one if one.vouched in ("", "organisation") or one.person in now else replace(one, vouched="")
        for one in votes
    ]


def roster_or_nobody(*, clock: Clock = _MACHINE_CLOCK) -> Roster:
    """The roster in force; nobody at all where it is refused, which start-up and doctor say."""
    try:
        return roster_in_force(clock=clock)
    except Refused:
        _log.warning("roster_refused")
        return Roster()


def draft_lines(*, clock: Clock = _MACHINE_CLOCK) -> dict[str, Line]:
    """A roster's lines for everybody in office: for signers to compare with the people, one by one."""
    return {
        one.public_id: Line(name=one.name, roles=frozenset(one.roles), renewal=one.renewal)
        for one in standings(clock=clock)
    }


def _words() -> list[Word]:
    """Every word whose two accounts still are as they were, oldest first."""
    rows = Vouching.objects.order_by("id").values_list(
        "by__public_id", "by_renewal", "by__renewal", "person__public_id", "renewal", "person__renewal"
    )
    return [
        Word(giver=giver, giver_renewal=giver_renewal, about=about, renewal=renewal)
        for giver, giver_renewal, giver_now, about, renewal, now in rows
        if (giver_renewal, renewal) == (giver_now, now)
    ]


def _account(person: Person) -> Account:
    held = frozenset(one.role for one in person.roles_held.all())
    return Account(
        public_id=person.public_id,
        name=person.name,
        renewal=person.renewal,
        roles=held,
        in_office=person.is_active and bool(held),
    )


def _shown(account: Account, vouched: Vouched, words: tuple[str, ...]) -> Standing:
    return Standing(
        public_id=account.public_id,
        name=account.name,
        roles=tuple(role for role in ROLES if role in account.roles),
        renewal=account.renewal,
        vouched=vouched,
        words=words,
    )
