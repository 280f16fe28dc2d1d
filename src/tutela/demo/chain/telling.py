"""The story as it happens, in plain words: a digest of each day, and moments worth a line of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from tutela.hotline.ledger.queries import PAGE_ENTRIES_MAX, ShownEntry, entries_from
from tutela.hotline.takedown.courses import courses
from tutela.kernel.clock import Clock

Say = Callable[[str], None]

#: What a day's digest says of each act of the ledger, singular and plural, in the order of the chain.
ACTS: Mapping[str, tuple[str, str]] = {
    "report_received": ("report", "reports"),
    "page_opened": ("page read", "pages read"),
    "sighting_recorded": ("fetched and sealed", "fetched and sealed"),
    "item_shown": ("protected look", "protected looks"),
    "verdict_recorded": ("verdict", "verdicts"),
    "contact_approved": ("contact approved", "contacts approved"),
    "contact_refused": ("contact refused", "contacts refused"),
    "notice_queued": ("notice written", "notices written"),
    "letter_answered": ("letter handed over", "letters handed over"),
    "check_recorded": ("looked at again", "looked at again"),
}
#: What a look found that is no removal, and how one says so of the host; each is said once.
NO_REMOVAL: Mapping[str, str] = {
    "altered": "shows the same picture in other bytes: not counted as removed",
    "moved": "redirects to where the picture is now: not counted as removed",
    "blocked": "refuses us: that says nothing about the picture, not counted as removed",
    "parked": "shows advertisements at every address: not counted as removed",
    "soft_missing": "answers 200 with a page that says it is gone: not counted as removed",
}


class Story:
    """Follows the ledger and says what happened. ``host_of``: the host of a place, by its keyed digest."""

    def __init__(self, say: Say, host_of: Mapping[str, str], start: datetime, clock: Clock) -> None:
        self._say, self._host_of, self._start, self._clock = say, host_of, start, clock
        self._next, self._said = 0, set[str]()
        self._shown: Counter[tuple[str, str]] = Counter()
        self._skip()

    def day(self) -> None:
        """Say what happened since the last time; nothing where nothing did."""
        entries = list(self._entries())
        counts = Counter(one.act for one in entries)
        self._shown.update((one.subject, one.actor) for one in entries if one.act == "item_shown")
        now, gone = self._clock.now(), Counter[str]()
        told = [_counted(counts[act], words) for act, words in ACTS.items() if counts[act]]
        number = (now.date() - self._start.date()).days + 1
        if told:
            self._say(f"  day {number:>2}, {now:%a %d %b}  {', '.join(told)}")
        hosts = self._hosts(entries)
        for one in entries:
            for line in self._moment(one, hosts, gone):
                self._say(f"      {line}")
        for host, places in gone.items():
            self._say(
                f"      {host}: {_counted(places, ('place', 'places'))} gone from both vantage points, twice"
            )

    def shown_to(self, person: str) -> Mapping[str, int]:
        """How many times each item (id) was shown to this person (id), by the days that were told."""
        return {item: number for (item, who), number in self._shown.items() if who == person}

    def _entries(self) -> Iterator[ShownEntry]:
        while found := entries_from(self._next, PAGE_ENTRIES_MAX):
            self._next = found[-1].index + 1
            yield from found

    def _skip(self) -> None:
        """What was founded before the first report is no part of the story."""
        for _entry in self._entries():
            continue

    def _hosts(self, entries: list[ShownEntry]) -> dict[str, str]:
        """By id of an item or a place, its host in the world; where something happened to one at all."""
        if not any(one.act in {"item_moved", "check_recorded"} for one in entries):
            return {}
        found = courses()
        hosts = {one.item: self._host_of.get(one.url_digest, "") for one in found}
        return hosts | {one.sighting: self._host_of.get(one.url_digest, "") for one in found}

    def _moment(self, entry: ShownEntry, hosts: Mapping[str, str], gone: Counter[str]) -> Iterator[str]:
        host = hosts.get(entry.subject, "")
        if not host:
            return
        if entry.act == "check_recorded":
            yield from self._look(entry, host)
        elif entry.act == "item_moved" and entry.facts.get("to") == "removed":
            gone[host] += 1
        elif entry.act == "item_moved" and entry.facts.get("to") == "reappeared":
            yield f"{host}: it was gone and is back ({entry.subject}); its item is open again"

    def _look(self, entry: ShownEntry, host: str) -> Iterator[str]:
        for result, words in NO_REMOVAL.items():
            mark = f"{host} {result}"
            if entry.facts.get(f"found_{result}") and mark not in self._said:
                self._said.add(mark)
                yield f"{host} {words}"


def _counted(number: int, words: tuple[str, str]) -> str:
    return f"{number} {words[0] if number == 1 else words[1]}"
