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
    "mail_read": ("answer read", "answers read"),
    "notice_bounced": ("notice came back", "notices came back"),
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
        told = [_counted(counts[act], words) for act, words in ACTS.items() if counts[act]]
        now = self._clock.now()
        if told:
            number = (now.date() - self._start.date()).days + 1
            self._say(f"  day {number:>2}, {now:%a %d %b}  {', '.join(told)}")
        hosts = self._hosts(entries)
        for line in (*self._looks(entries, hosts), *_moves(entries, hosts)):
            self._say(f"      {line}")

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

    def _looks(self, entries: list[ShownEntry], hosts: Mapping[str, str]) -> Iterator[str]:
        """What looks found that is no removal, once for each host."""
        for entry in entries:
            host = hosts.get(entry.subject, "")
            for result, words in NO_REMOVAL.items() if host and entry.act == "check_recorded" else ():
                if entry.facts.get(f"found_{result}") and f"{host} {result}" not in self._said:
                    self._said.add(f"{host} {result}")
                    yield f"{host} {words}"


def _moves(entries: list[ShownEntry], hosts: Mapping[str, str]) -> Iterator[str]:
    """What was found gone, and what came back, by host; one id stands for all of a kind."""
    moved: dict[tuple[str, object], list[str]] = {}
    for entry in entries:
        if entry.act == "item_moved" and hosts.get(entry.subject):
            moved.setdefault((hosts[entry.subject], entry.facts.get("to")), []).append(entry.subject)
    for (host, to), items in moved.items():
        several = _counted(len(items), ("item", "items"))
        if to == "removed":
            yield f"{host}: {several} gone from both vantage points, twice ({items[0]} ...)"
        elif to == "reappeared":
            yield f"{host}: {several} came back, found by the watch; open again ({items[0]} ...)"


def _counted(number: int, words: tuple[str, str]) -> str:
    return f"{number} {words[0] if number == 1 else words[1]}"
