"""The analysts of the story: protected tiles, a word on each item, and a second person's look at it.

They know what an item is, because the world says so; what they see are grey, blurred tiles of drawings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from tutela.demo.chain.staff import Account
from tutela.demo.chain.waiting import Waits
from tutela.hotline.review.actions import assess, claim_next, record_second, show, show_second
from tutela.hotline.review.classification import Classification
from tutela.hotline.review.queries import second_rows
from tutela.hotline.review.rules import rules_in_force
from tutela.hotline.takedown.courses import courses
from tutela.kernel.clock import Clock
from tutela.kernel.opener.asking import Shows

#: After how long somebody gives the second look; the house asks for it within a day.
SECOND_AFTER = timedelta(hours=5)
#: What they say, in the scheme of the house.
SCHEME = "iccam"
ILLEGAL = Classification(outcome="illegal", scheme=SCHEME, legal_class="csam", category="baseline")
HARMLESS = Classification(outcome="not_illegal", scheme=SCHEME)


class Knowledge:
    """What is true of an item: ``harmless`` are the places, by keyed digest, that are declared so."""

    def __init__(self, harmless: frozenset[str]) -> None:
        self._harmless = harmless

    def of(self, items: Sequence[str]) -> Mapping[str, Classification]:
        """What somebody who knows would say of each of these items (ids)."""
        harmless = {one.item for one in courses() if one.url_digest in self._harmless}
        return {item: HARMLESS if item in harmless else ILLEGAL for item in items}


class Analyst:
    """Takes what is next, looks at it sheet by sheet, and says what it is."""

    def __init__(self, account: Account, opener: Shows, knowledge: Knowledge, clock: Clock) -> None:
        self._account, self._opener, self._knowledge, self._clock = account, opener, knowledge, clock

    def act(self) -> bool:
        """Whether something was judged."""
        judged = False
        while turn := claim_next(self._account.person, clock=self._clock):
            judged = True
            for sheet in _sheets(turn.items, rules_in_force().sheet_tiles):
                show(self._account.person, turn.turn, sheet, opener=self._opener, clock=self._clock)
                self._say_of(turn.turn, sheet)
        return judged

    def next_moment(self) -> datetime | None:
        """None: what waits is judged when they look."""
        return None

    def _say_of(self, turn: str, sheet: Sequence[str]) -> None:
        known = self._knowledge.of(sheet)
        for said in (HARMLESS, ILLEGAL):
            items = [item for item in sheet if known[item] == said]
            if items:
                key = f"app-{self._account.email}"
                assess(self._account.person, turn, items, said, key=key, clock=self._clock)


class SecondAnalyst:
    """Gives the second look at what one person decided alone."""

    def __init__(self, account: Account, opener: Shows, knowledge: Knowledge, clock: Clock) -> None:
        self._account, self._opener, self._knowledge, self._clock = account, opener, knowledge, clock
        self._waits = Waits(SECOND_AFTER, clock)

    def act(self) -> bool:
        """Whether a second look was given."""
        rows = [one for one in second_rows(self._account.person, now=self._clock.now()) if not one.own]
        if not self._waits.is_time(waiting=bool(rows)):
            return False
        known = self._knowledge.of([one.item for one in rows])
        for row in rows:
            show_second(self._account.person, row.item, opener=self._opener, clock=self._clock)
            key = f"app-{self._account.email}"
            record_second(self._account.person, row.item, known[row.item], key=key, clock=self._clock)
        return True

    def next_moment(self) -> datetime | None:
        """When they come to what waits."""
        return self._waits.due


def _sheets(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The items in sheets of so many; pages come last, since they rest on what stood on them."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
