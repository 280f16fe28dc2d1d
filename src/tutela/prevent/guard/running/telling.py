"""What the person is told on their own screen while it runs: one sentence each, none about what was seen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import Final

from tutela.kernel.errors import TutelaError
from tutela.prevent.guard.person.discretion import Discretion
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.words import Words
from tutela.prevent.guard.system.programs import Programs

#: The program that shows a message on a desktop (Desktop Notifications Specification).
NOTIFIER: Final = "notify-send"
#: Seconds after an offer of help in which none is made again: one page has many pictures (our own).
OFFER_SECONDS: Final = 600.0


class Teller:
    """Shows messages under the name that was chosen, where the device can. Nothing waits for it."""

    def __init__(
        self, programs: Programs, names: Discretion, words: Words, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._programs, self._names, self._words, self._now = programs, names, words, now
        self._told: set[str] = set()
        self._offered = -OFFER_SECONDS

    def runs(self, policy: Policy, address: str) -> None:
        """The sign that it runs, and where its page is, where the person chose a message."""
        if policy.sign == "message":
            self._say("told.running", name=self._names.name, besides=address)

    def certificate(self, days: int) -> None:
        """That a new certificate is due."""
        self._say("told.certificate_due", name=self._names.name, days=days)

    def troubles(self, now_there: Collection[str]) -> None:
        """Each trouble once, until it is over: the person would otherwise wonder where all pictures are."""
        for why in now_there:
            if why not in self._told:
                self._say(f"told.{why}")
        self._told = set(now_there)

    def held(self, policy: Policy, address: str) -> None:
        """After a block, where to go, if the person chose to be asked; once in ``OFFER_SECONDS``."""
        if policy.after_block == "nothing" or not address or self._now() - self._offered < OFFER_SECONDS:
            return
        self._offered = self._now()
        self._say("told.after_block", address=address)

    def _say(self, sentence: str, *, besides: str = "", **words: object) -> None:
        title, text = self._names.name, f"{self._words.say(sentence, **words)} {besides}".strip()
        said = [NOTIFIER, "--app-name", title, title, text]
        threading.Thread(target=self._run, args=(said,), name="telling", daemon=True).start()

    def _run(self, said: list[str]) -> None:
        try:
            self._programs.run(said)
        except TutelaError:
            return  # a device without messages: the local page says the same
