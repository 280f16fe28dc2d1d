"""The person's own numbers and diary: read with the key that the passphrase opened, and erased at a wish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from tutela.kernel.errors import Invalid, Refused
from tutela.prevent.guard.page import bars
from tutela.prevent.guard.page.answering import Answer
from tutela.prevent.guard.person import diary
from tutela.prevent.guard.person.counters import Day, forget_counts, read_counts
from tutela.prevent.guard.shapes import Tier

#: Days in the picture, and rows in the table: what fits on a page (our own).
CHART_DAYS, TABLE_ROWS = 30, 92
TIERS: tuple[Tier, ...] = get_args(Tier)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One day under one release: a number for each tier in the order of ``TIERS``, and their sum."""

    day: str
    release: str
    numbers: tuple[int, ...]
    total: int


def row_of(day: Day) -> Row:
    """The row of a day, both paths together."""
    summed: Counter[Tier] = Counter()
    for (_, tier), number in day.counts.items():
        summed[tier] += number
    numbers = tuple(summed[tier] for tier in TIERS)
    return Row(day=day.day.isoformat(), release=day.release, numbers=numbers, total=sum(numbers))


def by_day(days: Sequence[Day], last: date) -> list[int]:
    """The sum of each of the ``CHART_DAYS`` days up to ``last``."""
    summed: Counter[date] = Counter()
    for one in days:
        summed[one.day] += sum(one.counts.values())
    return [summed[last - timedelta(days=back)] for back in reversed(range(CHART_DAYS))]


class Counts(Answer):
    """What was blocked, as a picture and as a table."""

    async def get(self) -> None:
        """Tornado's own."""
        days = await self.aside(read_counts, self.site.folder, self.private)
        numbers = by_day(days, self.site.today)
        self.show(
            "counts",
            said=self.asked_to_say("page.done"),
            wrong=self.asked_to_say("kept.not_sure"),
            off=self.site.choices.look()[0].keep_nothing,
            tiers=TIERS,
            rows=[row_of(one) for one in reversed(days)][:TABLE_ROWS],
            chart=bars.bars(numbers),
            width=bars.WIDTH,
            height=bars.HEIGHT,
            days=CHART_DAYS,
            total=sum(numbers),
            most=max(numbers),
        )

    def post(self) -> None:
        """Tornado's own: erases all counts."""
        if self.in_form("sure"):
            self.site.running.forget_counts()  # first: it would come back with the next record
            forget_counts(self.site.folder)
            self.go("/counts?said=page.done")
        else:
            self.go("/counts?said=kept.not_sure")


class Diary(Answer):
    """The diary: the newest entry first."""

    async def get(self) -> None:
        """Tornado's own."""
        await self.show_diary(said=self.asked_to_say("page.done"), wrong=self.asked_to_say("kept.not_sure"))

    async def post(self) -> None:
        """Tornado's own: keeps an entry."""
        text = self.in_form("text").replace("\r\n", "\n")
        entry = diary.Entry(day=self.site.today, text=text)
        policy, public = self.site.choices.policy(), self.site.keys.public
        try:
            await self.aside(diary.write_entry, self.site.folder, public, entry, policy)
        except Invalid:
            await self.show_diary(wrong=self.say("kept.diary_long"), text=text, status=422)
        except Refused:
            full = self.say("kept.diary_off" if policy.keep_nothing else "kept.diary_full")
            await self.show_diary(wrong=full, text=text, status=409)
        else:
            self.go("/diary?said=page.done")

    async def show_diary(self, *, said: str = "", wrong: str = "", text: str = "", status: int = 200) -> None:
        """Show what is kept, and ``text`` in the field for a new entry."""
        entries = await self.aside(diary.read_entries, self.site.folder, self.private)
        self.show(
            "diary",
            status=status,
            said=said,
            wrong=wrong,
            off=self.site.choices.look()[0].keep_nothing,
            entries=[(one.day.isoformat(), one.text) for one in reversed(entries)],
            text=text,
            number=diary.TEXT_BYTES_MAX,
        )


class ForgetDiary(Answer):
    """The whole diary is erased."""

    def post(self) -> None:
        """Tornado's own."""
        if self.in_form("sure"):
            diary.forget_entries(self.site.folder)
            self.go("/diary?said=page.done")
        else:
            self.go("/diary?said=kept.not_sure")
