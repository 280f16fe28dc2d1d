"""The person's choices as they lie in their folder: asked for, waiting, in effect.

Every call counts what waits. While nothing waits nothing is written, so that the files of a device on which
nobody changes anything stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person import delays
from tutela.prevent.guard.person.device_time import DeviceClock, Reading
from tutela.prevent.guard.person.folder import CLASSES, POLICY, WAITS, Folder
from tutela.prevent.guard.person.policy import Policy, parse_policy, render_policy
from tutela.prevent.guard.person.waits import Waits, parse_waits, render_waits

#: Seconds between two calls of ``tick`` in a guard that runs: what a sudden power cut can take from a wait.
TICK_SECONDS = 60.0
#: What holds where the file of the choices is damaged: strict, and with a way out after the longest delay.
DAMAGED = Policy(films="blocked", segments="blocked", delay_hours=72)
#: The file of the classifiers' names where there is none (``classes.chosen``).
NO_CLASSES = b"[]"


class Choices:
    """The choices in one folder. Several processes may have one at the same time."""

    def __init__(self, folder: Folder, clock: DeviceClock) -> None:
        self._folder, self._clock = folder, clock

    def policy(self) -> Policy:
        """The policy that is in effect now; ``DAMAGED`` where its file is missing or damaged."""
        return self.tick()[0]

    def waits(self) -> Waits:
        """What waits now."""
        return self.tick()[1]

    def paused(self) -> bool:
        """Whether a pause runs now."""
        return delays.is_paused(self.waits(), self._clock.read())

    def look(self) -> tuple[Policy, Waits]:
        """The policy and what waits, counted until now. Writes nothing and waits for nobody, unlike every
        other call.

        The policy is read before the waits: who changes both meanwhile (``_change``) makes nothing looser by
        it than it was or may be, and what was missed is in the files for the next look. Raises Unavailable
        where the folder is gone.
        """
        policy = self._policy()
        now = self._clock.read()
        waits = self._waits(now)
        if not self._folder.exists:
            raise Unavailable("your folder is not there")
        return delays.due(policy, waits, now)

    def tick(self) -> tuple[Policy, Waits]:
        """The policy and what waits, counted until now, and kept."""
        return self._change(lambda policy, waits, now: (policy, waits))

    def ask(self, wanted: Policy) -> tuple[Policy, Waits]:
        """The policy that holds from now on, and what waits of the one that is wanted."""
        return self._change(lambda policy, waits, now: delays.ask_policy(policy, wanted, waits, now))

    def ask_pause(self, minutes: int) -> Waits:
        """What waits, with the wish for a pause."""
        return self._change(lambda policy, w, now: (policy, delays.ask_pause(policy, minutes, w, now)))[1]

    def start_pause(self) -> Waits:
        """What waits, with the pause running. Raises Refused where it is not ready."""
        return self._change(lambda policy, waits, now: (policy, delays.start_pause(waits, now)))[1]

    def end_pause(self) -> Waits:
        """What waits, without a pause."""
        return self._change(lambda policy, waits, now: (policy, delays.end_pause(waits, now)))[1]

    def ask_leaving(self) -> Waits:
        """What waits, with the wish to leave."""
        return self._change(lambda policy, waits, now: (policy, delays.ask_leaving(policy, waits, now)))[1]

    def take_back(self, key: tuple[str, str]) -> Waits:
        """What waits, without the wish of this key."""
        return self._change(lambda policy, waits, now: (policy, delays.take_back(waits, key, now)))[1]

    def check_leaving(self) -> None:
        """Returns where the person may leave now. Raises Refused with what is left to wait."""
        now = self._clock.read()
        delays.check_leaving(self.tick()[1], now)

    def _change(self, step: Callable[[Policy, Waits, Reading], tuple[Policy, Waits]]) -> tuple[Policy, Waits]:
        """What ``step`` makes of what is kept, and of what has waited since; kept before it is returned.

        What is due goes into the policy first and leaves the waits then; what a step takes back leaves the
        waits first. Killed anywhere, nothing is looser than it may be, and nothing waits in vain.
        """
        with self._folder.alone():
            now = self._clock.read()
            kept, waits = self._policy(), self._waits(now)
            policy, left = delays.due(kept, waits, now)
            self._keep_policy(kept, policy)
            self._keep_waits(waits, left)
            wanted, rest = step(policy, left, now)
            self._keep_waits(left, rest)
            self._keep_policy(policy, wanted)
            return wanted, rest

    def _keep_policy(self, before: Policy, after: Policy) -> None:
        if after != before:
            self._folder.write(POLICY, render_policy(after).encode("ascii"))

    def _keep_waits(self, before: Waits, after: Waits) -> None:
        if after == before or (after.empty and before.empty):
            return
        if after.empty:
            self._folder.remove(WAITS)
        else:
            self._folder.write(WAITS, render_waits(after).encode("ascii"))

    def _policy(self) -> Policy:
        """The policy of the file; ``DAMAGED`` where there is none that can be read.

        Classifiers whose names are still there are on then: nobody chose to go without them.
        """
        data = self._folder.read(POLICY)
        try:
            return parse_policy((data or b"").decode("ascii"))
        except ValueError:
            return replace(DAMAGED, classifier=(self._folder.read(CLASSES) or NO_CLASSES) != NO_CLASSES)

    def _waits(self, now: Reading) -> Waits:
        """What waits; nothing where the file is damaged: wishes are said again, nothing loosens by itself."""
        data = self._folder.read(WAITS)
        if data is None:
            return Waits(last=now)
        try:
            return parse_waits(data.decode("ascii"))
        except ValueError:
            return Waits(last=now)
