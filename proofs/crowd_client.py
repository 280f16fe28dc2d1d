"""People and junk before the public's form: what each sends, how long it takes, and what is acknowledged."""

from __future__ import annotations

import http.client  # noqa: TID251 - the client of a measurement, to loopback; the product has none
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

#: What must stand nowhere afterwards: an address and a browser (TEST-NET-3, RFC 5737).
CANARIES = ("203.0.113.77", "canary-agent-5521")
#: Threads that send junk; each answer is awaited before the thread's next one.
JUNK_THREADS = 40
#: Times a person presses the button again after being asked to wait, and how long they wait, in seconds.
AGAIN_MAX, WAIT_SECONDS = 6, 20
_TICKET = re.compile(r'name="ticket" value="([^"]*)"')
_WORD = re.compile(r'<li lang="en">([a-z-]+)</li>')


@dataclass(kw_only=True)
class Seen:
    """What the clients saw: seconds of each answer that acknowledged, receipts, statuses of junk."""

    good: list[float] = field(default_factory=list)
    urgent: list[float] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    junk: Counter[str] = field(default_factory=Counter)
    waits: int = 0
    lost: int = 0


class Crowd:
    """``seconds`` of junk at 50,000 in ten minutes, and people among it, every fifth of them urgent."""

    def __init__(self, host: str, *, seconds: int, seed: int) -> None:
        self.host, self.seconds = host, seconds
        self.people = round(500 * seconds / 600)
        self.seen = Seen()
        self._chance, self._lock, self._next = random.Random(seed), threading.Lock(), 0
        self._begun = 0.0

    def run(self) -> Seen:
        """Everything sent and answered; takes the seconds, and a minute for who waits at the end."""
        starts = sorted(self._chance.uniform(1, self.seconds) for _ in range(self.people))
        tasks = [threading.Thread(target=self._junk, daemon=True) for _ in range(JUNK_THREADS)]
        tasks += [
            threading.Thread(target=self._person, args=(place, start), daemon=True)
            for place, start in enumerate(starts)
        ]
        self._begun = time.monotonic()
        for task in tasks:
            task.start()
        for task in tasks:
            task.join()
        return self.seen

    def _junk(self) -> None:
        while (at := self._turn() * 600 / 50_000) < self.seconds:
            time.sleep(max(0.0, self._begun + at - time.monotonic()))
            status = self._sent({"addresses": f"https://junk.test/{at}", "text": "x"})[0]
            with self._lock:
                self.seen.junk[str(status)] += 1

    def _turn(self) -> int:
        with self._lock:
            self._next += 1
            return self._next - 1

    def _person(self, place: int, start: float) -> None:
        """Opens the form, types, sends it, and waits where the page asks for it."""
        time.sleep(start)
        urgent = place % 5 == 0
        ticket = self._ticket(self._asked("GET", {})[1])
        time.sleep(4 if urgent else 5 + place % 26)
        for _ in range(AGAIN_MAX):
            form = {"addresses": f"https://good.test/{place}", "text": "seen", "ticket": ticket}
            status, page, took = self._sent(form | ({"urgent": "1"} if urgent else {}))
            if status == 200:
                self._acknowledged(page, took, urgent=urgent)
                return
            with self._lock:
                self.seen.waits += 1
            ticket = self._ticket(page) or ticket
            time.sleep(WAIT_SECONDS)
        with self._lock:
            self.seen.lost += 1

    def _acknowledged(self, page: str, took: float, *, urgent: bool) -> None:
        with self._lock:
            self.seen.receipts.append(" ".join(_WORD.findall(page)))
            (self.seen.urgent if urgent else self.seen.good).append(took)

    def _sent(self, form: dict[str, str]) -> tuple[int, str, float]:
        begun = time.monotonic()
        status, page = self._asked("POST", form)
        return status, page, time.monotonic() - begun

    def _asked(self, method: str, form: dict[str, str]) -> tuple[int, str]:
        """Status and page; 0 where nobody answered."""
        connection = http.client.HTTPConnection(self.host, timeout=60)  # noqa: TID251 - as above
        told = {
            "User-Agent": CANARIES[1],
            "X-Forwarded-For": CANARIES[0],
            "Referer": f"http://{CANARIES[1]}/",
        }
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, "/report", urlencode(form), told | kind)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    @staticmethod
    def _ticket(page: str) -> str:
        found = _TICKET.search(page)
        return found[1] if found else ""
