"""The rule by which accounts are vouched for. Pure: accounts, words and a roster in, who stands out.

Every chain of words begins at the roster, which signers outside the desk signed, one line for each person.
A word counts while its giver is vouched for, and two different givers are needed. So one dishonest person,
whatever accounts they made or took over, is one line of the roster at most, hence one word at each other
account, and never the second; and accounts that know only each other are nobody. Accounts of one name are
one person: nobody is on the roster under one and known to colleagues under another. A line and a word hold
for the renewals that they were given for: who gets somebody's sign-in begins anew without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tutela.hotline.people.quorum.deciding import Vouched
from tutela.hotline.people.roles import VOTING
from tutela.hotline.people.vouching.roster import Line, Roster

#: Different people, vouched for themselves, who have to know an account's holder. With two, at least one is
#: not who made the account or reset it; our own, of GOV-02's two people for a list.
WORDS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What the rule looks at. ``renewal`` rises whenever the account may have got into other hands.

    ``in_office``: may sign in, and holds a role.
    """

    public_id: str
    name: str
    renewal: int
    roles: frozenset[str]
    in_office: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """That ``giver`` vouched for ``about``, two ids, and the renewals of both at that moment."""

    giver: str
    giver_renewal: int
    about: str
    renewal: int


def standing(accounts: Iterable[Account], words: Iterable[Word], roster: Roster) -> Mapping[str, Vouched]:
    """How each account that is vouched for is, by its id; who is not in it is not vouched for."""
    present = {one.public_id: one for one in accounts if one.in_office}
    found: dict[str, Vouched] = {
        name: "roster" for name, one in present.items() if _is_of(roster.people.get(name), one)
    }
    given = [one for one in words if _holds(one, present)]
    while (more := next(_known(present, given, found), "")) != "":
        found[more] = "colleagues"
    return found


def _known(present: Mapping[str, Account], given: list[Word], found: Mapping[str, Vouched]) -> Iterator[str]:
    """Accounts of a new name for which enough of those who are ``found`` gave their word."""
    names = {present[one].name.casefold() for one in found}
    for one in sorted(present.keys() - found.keys()):
        givers = {word.giver for word in given if word.about == one and word.giver in found}
        if len(givers) >= WORDS and present[one].name.casefold() not in names:
            yield one


def _holds(word: Word, present: Mapping[str, Account]) -> bool:
    """Whether both accounts are still as they were when the word was given."""
    giver, about = present.get(word.giver), present.get(word.about)
    if giver is None or about is None or giver == about:
        return False
    return word.giver_renewal == giver.renewal and word.renewal == about.renewal


def _is_of(line: Line | None, account: Account) -> bool:
    """Whether this is what the signers saw: the same name and renewal, and no voting role beyond theirs."""
    if line is None or line.renewal != account.renewal or line.name != account.name:
        return False
    return account.roles & VOTING <= line.roles
