"""The guard started, kept up and stopped.

Typical use::

    with RunningGuard(Start(folder=folder, programs=programs)) as guard:
        while guard.alive:
            time.sleep(LOOK_SECONDS)

What the person changes in the folder, by the page or a command, holds within ``LOOK_SECONDS``. Whatever
cannot be put together holds every picture until it can, and is tried again.
"""

from __future__ import annotations

import gc
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Refused, TutelaError, Unavailable
from tutela.prevent.guard.lists.files import NO_FILE, stamp_of
from tutela.prevent.guard.page.serving import PageServer
from tutela.prevent.guard.person.choices import TICK_SECONDS
from tutela.prevent.guard.person.counters import EVERY_SECONDS
from tutela.prevent.guard.person.device_time import DeviceClock, SystemDeviceClock
from tutela.prevent.guard.person.folder import PAGE_PORT, STARTED, UPSTREAM, WHOLE_DEVICE, Folder
from tutela.prevent.guard.person.words import words_for
from tutela.prevent.guard.proxy.policy import Policy as NetworkPolicy
from tutela.prevent.guard.proxy.running import RunningProxy, Setup
from tutela.prevent.guard.running.counting import Counting
from tutela.prevent.guard.running.mode import Following, State
from tutela.prevent.guard.running.page_side import PageSide
from tutela.prevent.guard.running.parts import Parts
from tutela.prevent.guard.running.rules import network_policy
from tutela.prevent.guard.running.screen_path import ScreenPath
from tutela.prevent.guard.running.screen_path import Trouble as ScreenTrouble
from tutela.prevent.guard.running.telling import Teller
from tutela.prevent.guard.running.turn import turn
from tutela.prevent.guard.shapes import Path as Way
from tutela.prevent.guard.shapes import Tier
from tutela.prevent.guard.system.authority import read_authority
from tutela.prevent.guard.system.leaving import key_place_of, language_of, names_of
from tutela.prevent.guard.system.ports import LOOPBACK, page_port_of, port_of
from tutela.prevent.guard.system.programs import Programs, SystemPrograms

#: Seconds between two looks at the folder: what the emergency stop takes at most.
LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Start:
    """``port``, ``page_port``: None takes those that were set up. ``trusted``: certificates that sites are
    checked against instead of the device's own, for tests. ``host``: where the proxy listens; the page never
    leaves loopback.
    """

    folder: Folder
    programs: Programs = field(default_factory=SystemPrograms)
    clock: Clock = field(default_factory=SystemClock)
    device_clock: DeviceClock = field(default_factory=SystemDeviceClock)
    port: int | None = None
    trusted: Path | None = None
    lockdown_required: bool = True
    page_port: int | None = None
    host: str = LOOPBACK


class RunningGuard:
    """The guard of one folder in this process. One at a time runs from a folder."""

    def __init__(self, start: Start) -> None:
        self._start, self._folder = start, start.folder
        self._ending, self._woken, self._lock = threading.Event(), threading.Event(), threading.RLock()
        self._stopped_here, self._started = False, stamp_of(start.folder.path / STARTED)
        self._passing = threading.Lock()
        self._passed: NetworkPolicy | None = None
        self._thread = threading.Thread(target=self._keep, name="guard", daemon=True)
        self._counting = Counting(start.folder, start.clock)
        self._stack = ExitStack()

    def start(self) -> RunningGuard:
        """Itself, once it listens. Raises Refused where nothing is set up, Conflict where it runs already,
        Unavailable.
        """
        try:
            self._begin()
        except BaseException:
            self._stack.close()
            raise
        _pass_over_what_stays()
        self._thread.start()
        self._teller.runs(self._state.policy, self.address)
        if self.certificate_days is not None:
            self._teller.certificate(self.certificate_days)
        return self

    def _begin(self) -> None:
        self._folder.check()
        if not self._folder.finished:
            raise Refused("the set-up was not finished: run it again")
        self._stack.enter_context(turn(self._folder))
        self._teller = self._make_teller()
        self._authority = read_authority(key_place_of(self._folder, self._start.programs).get())
        self._following = Following(self._folder, self._start.device_clock)
        self._state = self._following.look()
        self._counting.follow(self._state.policy)
        self._parts = Parts(self._folder, self._start.clock, lockdown_required=self._start.lockdown_required)
        self._stack.callback(self._parts.close)
        self._parts.follow(self._state.policy)
        self._proxy = RunningProxy(self._parts.judge, self._setup(self._authority.bundle_pem))
        self._stack.enter_context(self._proxy)
        self._screen = ScreenPath(self._parts.judge, self._blocked)
        self._stack.callback(self._screen.close)
        self._page = self._open_page()

    def stop(self) -> None:
        """Ends everything that it started, and keeps the counts. Safe to call twice."""
        self._ending.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()
        try:
            self._stack.close()
        finally:
            self._counting.close()
            gc.unfreeze()

    def __enter__(self) -> RunningGuard:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._proxy.port

    @property
    def address(self) -> str:
        """Where the person's page is."""
        return f"http://{LOOPBACK}:{self._page.port}"

    @property
    def state(self) -> State:
        """What holds now."""
        return self._state

    @property
    def certificate_days(self) -> int | None:
        """Days until the certificate ends, where a new one is due."""
        clock = self._start.clock
        return self._authority.days_left(clock) if self._authority.due(clock) else None

    @property
    def parts(self) -> Parts:
        """The judge, and what it is made of."""
        return self._parts

    def look_now(self) -> None:
        """Return once what the folder says holds; lists and classifiers follow at once."""
        with self._lock, suppress(TutelaError):  # a disk that fails: what held goes on holding
            self._follow(self._following.look())
        self._woken.set()

    def stop_looking(self, *, stopped: bool = True) -> None:
        """Let everything pass from now on, whatever the folder says; or follow the folder again.

        A stop holds before this waits for anybody who looks at the folder, or has it. It ends too when
        somebody starts it by a command (``stopping.tell_start``).
        """
        self._started = stamp_of(self._folder.path / STARTED)
        self._stopped_here = stopped
        if stopped:
            self._pass_on(network_policy(self._state.policy, "stopped"))
        self.look_now()

    @property
    def alive(self) -> bool:
        """Whether it still serves: whoever runs it ends otherwise, to be started again."""
        return self._proxy.alive and (self._thread.is_alive() or self._ending.is_set())

    def forget_counts(self) -> None:
        """Forget what was counted and is not in the folder yet."""
        self._counting.forget()

    @property
    def disk_fails(self) -> bool:
        """Whether counts could not be kept the last time."""
        return self._counting.disk_fails

    @property
    def screen_troubles(self) -> tuple[ScreenTrouble, ...]:
        """Why the screen is not covered, where the person wants it to be."""
        return self._screen.troubles

    def _setup(self, authority: bytes) -> Setup:
        upstream = (self._folder.read(UPSTREAM) or b"").decode("utf-8")
        return Setup(
            authority=authority,
            folder=self._folder.path / "none",
            policy=network_policy(self._state.policy, self._state.mode),
            blocked=self._blocked,
            port=port_of(self._folder) if self._start.port is None else self._start.port,
            trusted=self._start.trusted,
            host=self._start.host,
            refusal=self._refusal(),
            upstream=upstream if not upstream or "://" in upstream else f"http://{upstream}",
        )

    def _refusal(self) -> str:
        """What other accounts of this device are told; nothing where it was set up for all of them."""
        if self._folder.read(WHOLE_DEVICE) is not None:
            return ""
        return words_for(language_of(self._folder)).say("told.other_account")

    def _open_page(self) -> PageServer:
        """The person's page: on the port that was set up; where another user has it on a free one, and there
        from then on.
        """
        wanted = page_port_of(self._folder) if self._start.page_port is None else self._start.page_port
        try:
            return self._stack.enter_context(self._page_on(wanted))
        except Unavailable:
            page = self._stack.enter_context(self._page_on(0))
        if self._start.page_port is None:
            with suppress(TutelaError):  # a disk that fails: the page is there all the same
                self._folder.write(PAGE_PORT, str(page.port).encode("ascii"))
        return page

    def _page_on(self, port: int) -> PageServer:
        start = self._start
        return PageServer(
            self._folder, PageSide(self), port=port, clock=start.clock, device_clock=start.device_clock
        )

    def _blocked(self, way: Way, tier: Tier) -> None:
        self._counting.count(way, tier)
        self._teller.held(self._state.policy, f"{self.address}/after")

    def _keep(self) -> None:
        """What the thread runs: looks, counts what waits, keeps the counts of blocks."""
        counted = kept = time.monotonic()
        while not self._ending.is_set():
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()
            now = time.monotonic()
            if now - counted >= TICK_SECONDS:
                counted = now
                with self._lock:
                    self._following.count()
            if now - kept >= EVERY_SECONDS:
                kept = now
                self._counting.keep()
            self._look()
            if self._proxy.take_asked():
                gc.collect()  # what connections that ended still hold: natively more than Python counts

    def _look(self) -> None:
        with self._lock, suppress(TutelaError):
            self._follow(self._following.look())
        self._parts.follow(self._state.policy)
        is_on = self._state.mode == "on"
        self._screen.follow(on=is_on and self._state.policy.screen, in_force=self._parts.in_force)
        troubles = (*self._parts.judge.troubles, *self._screen.troubles)
        self._teller.troubles(troubles if is_on else ())

    def _follow(self, found: State) -> None:
        if found.mode == "stopped" or self._is_started():
            self._stopped_here = False  # the folder says it by now, and says when it is over
        state = replace(found, mode="stopped") if self._stopped_here else found
        self._state = state
        policy = network_policy(state.policy, state.mode)
        if policy != self._passed:
            self._pass_on(policy)
        self._counting.follow(state.policy)

    def _pass_on(self, policy: NetworkPolicy) -> None:
        """Has the network path follow this. A stop does not wait until it is its turn to look."""
        with self._passing:
            self._passed = policy
            self._proxy.change(policy)

    def _is_started(self) -> bool:
        """Whether it was started by a command since it was stopped here; a folder that is gone says no."""
        return stamp_of(self._folder.path / STARTED) not in (self._started, NO_FILE)

    def _make_teller(self) -> Teller:
        names = names_of(self._folder)
        if names is None:
            raise Unavailable("the names that you chose are damaged: leave, and set it up again")
        return Teller(self._start.programs, names, words_for(language_of(self._folder)))


def _pass_over_what_stays() -> None:
    """Python looks for what is unused among what comes from here on alone: a millisecond, and not 20."""
    gc.collect()
    gc.freeze()
