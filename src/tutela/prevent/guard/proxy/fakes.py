"""A judge for tests and demonstrations: it knows by heart which files it stops."""

from __future__ import annotations

import time
from collections.abc import Collection

from tutela.prevent.guard.shapes import HOLD_SECONDS, SHOWN, Ruling, Tier, undecided


class FakeJudge:
    """Stops exactly the files in ``held``. ``delay_seconds`` before each ruling; ``trouble`` is raised, which
    no judge may do.
    """

    def __init__(
        self,
        held: Collection[bytes] = (),
        *,
        tier: Tier = "exact",
        delay_seconds: float = 0,
        trouble: Exception | None = None,
    ) -> None:
        self.held, self.asked, self.closed = list(held), list[bytes](), False
        self._tier, self._delay_seconds, self._trouble = tier, delay_seconds, trouble

    def rule(self, untrusted_content: bytes, *, within_seconds: float = HOLD_SECONDS) -> Ruling:
        """The ruling by heart; late, or none at all, where it was made so."""
        self.asked.append(untrusted_content)
        time.sleep(self._delay_seconds)
        if self._trouble is not None:
            raise self._trouble
        if self.closed:
            return undecided("worker_failed")
        return Ruling(tier=self._tier, why="listed") if untrusted_content in self.held else SHOWN

    def close(self) -> None:
        """From here on nothing is shown."""
        self.closed = True
