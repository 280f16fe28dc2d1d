"""What can go wrong at a mail server, as a script: which fault the next tries meet."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from datetime import datetime
from enum import Enum

#: Seconds of the world's time for which a server puts off a sender whom it does not know (RFC 6647).
GREYLIST_SECONDS = 300.0


class Fault(Enum):
    """What becomes of one try."""

    NONE = "it is taken"
    DOWN = "421, and the connection is gone"
    BUSY = "450: come again"
    REFUSE = "550: there is no such mailbox"
    GREYLIST = "451 until five minutes have passed since the first try"
    HANG = "the letter is heard and never answered; nothing is kept"
    TAKE_AND_CRASH = "the letter is kept, and the connection goes before anything is said"


#: What the recipient's line is answered with.
TO_RECIPIENT = {
    Fault.DOWN: "421 closing",
    Fault.BUSY: "450 busy",
    Fault.REFUSE: "550 no such mailbox",
    Fault.GREYLIST: "451 greylisted, come again in five minutes",
}


class FaultScript:
    """The faults that are planned. For many threads."""

    def __init__(self) -> None:
        self._next: dict[str, deque[Fault]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}
        self._first_tries: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def plan(self, *faults: Fault, recipient: str = "") -> None:
        """The next tries go so, in turn: those at one recipient, or any where it is empty."""
        with self._lock:
            self._next[recipient].extend(faults)

    def always(self, fault: Fault, *, recipient: str = "") -> None:
        """Every try goes so from now on; ``Fault.NONE`` ends it."""
        with self._lock:
            self._always[recipient] = fault

    def of_try(self, sender: str, recipient: str, now: datetime) -> Fault:
        """What this try meets: what is planned for the recipient before what is planned for any."""
        with self._lock:
            for name in (recipient, ""):
                if self._next[name]:
                    return self._judged(self._next[name].popleft(), sender, recipient, now)
            fault = self._always.get(recipient, self._always.get("", Fault.NONE))
            return self._judged(fault, sender, recipient, now)

    def _judged(self, fault: Fault, sender: str, recipient: str, now: datetime) -> Fault:
        """Greylisting ends by itself; every other fault is as it is."""
        if fault is not Fault.GREYLIST:
            return fault
        first = self._first_tries.setdefault((sender, recipient), now)
        return Fault.NONE if (now - first).total_seconds() >= GREYLIST_SECONDS else fault
