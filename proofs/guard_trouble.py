"""Faults of the guard's own parts, each made from outside and taken back: killed, stopped, spoilt, full,
late.

A fault is a block: within it nobody may see a picture that is known, and where nothing can be decided,
none.
"""

from __future__ import annotations

import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

import psutil

from proofs.guard_house import Place
from proofs.guard_processes import Guard

#: Seconds of a day and of forty: longer than any list of the proof is good for.
DAY_SECONDS = 86_400.0
#: Seconds between two signals to whatever is started again and again.
EVERY_SECONDS = 0.02
#: Seconds in which the guard sees that a file was changed: it looks once a second.
SEEN_SECONDS = 20.0

Fault = Callable[["Scene"], AbstractContextManager[None]]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A guard under way, its place, and the good list and another one."""

    guard: Guard
    place: Place
    bundle: bytes
    older: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One kind of fault. ``undecided``: nothing at all can be decided while it lasts, so all is held."""

    make: Fault
    undecided: bool = True


def again_and_again(kind: str, number: signal.Signals) -> Fault:
    """Every process of this kind gets this signal, again and again, as soon as it is there."""

    @contextmanager
    def fault(scene: Scene) -> Iterator[None]:
        over = threading.Event()

        def send() -> None:
            while not over.is_set():
                for one in scene.guard.of_kind(kind):
                    with suppress(psutil.Error):
                        one.send_signal(number)
                over.wait(EVERY_SECONDS)

        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        time.sleep(2 * EVERY_SECONDS)
        try:
            yield
        finally:
            over.set()
            thread.join()
            for one in scene.guard.of_kind(kind):
                with suppress(psutil.Error):
                    one.send_signal(signal.SIGCONT)

    return fault


def killed(kind: str) -> Fault:
    """They are killed without end."""
    return again_and_again(kind, signal.SIGKILL)


def stopped(kind: str) -> Fault:
    """They are stopped: each is there and answers to nobody."""
    return again_and_again(kind, signal.SIGSTOP)


def killed_once(kind: str) -> Fault:
    """Every process of this kind is killed once, a moment before the pictures come."""

    @contextmanager
    def fault(scene: Scene) -> Iterator[None]:
        for one in scene.guard.of_kind(kind):
            with suppress(psutil.Error):
                one.kill()
        yield

    return fault


def until_lists(scene: Scene, count: int) -> None:
    """Return once so many lists are in use. Raises RuntimeError."""
    until = time.monotonic() + SEEN_SECONDS
    while scene.guard.lists_in_use() != count:
        if time.monotonic() > until:
            raise RuntimeError(f"not {count} lists in use after {SEEN_SECONDS:g} s")
        time.sleep(0.1)


def spoilt_list(make: Callable[[Scene], bytes | None]) -> Fault:
    """Other bytes in the place of the list, or none at all; then the good ones again."""

    @contextmanager
    def fault(scene: Scene) -> Iterator[None]:
        data = make(scene)
        if data is None:
            scene.place.list_path.unlink()
        else:
            scene.place.put(data)
        until_lists(scene, 0)
        try:
            yield
        finally:
            scene.place.put(scene.bundle)
            until_lists(scene, 1)

    return fault


@contextmanager
def changed(scene: Scene, name: str, data: bytes) -> Iterator[None]:
    """A file of the guard's folder with other bytes, for as long as the guard needs to see it."""
    folder = scene.place.guard_folder
    kept = folder.read(name) or b""
    folder.write(name, data)
    time.sleep(2.5)
    try:
        yield
    finally:
        folder.write(name, kept)
        time.sleep(2.5)


@contextmanager
def renewed(scene: Scene, name: str, data: bytes) -> Iterator[None]:
    """A file beside the list with other bytes while the list's process is killed, and so opened anew."""
    folder = scene.place.guard_folder
    kept = folder.read(name) or b""
    folder.write(name, data)
    for one in scene.guard.of_kind("list"):
        one.kill()
    until_lists(scene, 0)
    try:
        yield
    finally:
        folder.write(name, kept)
        scene.place.put(scene.bundle)
        until_lists(scene, 1)


def turned(days: float) -> Fault:
    """The clock on the wall turned by so many days, and back."""

    @contextmanager
    def fault(scene: Scene) -> Iterator[None]:
        scene.guard.turn_clock(days * DAY_SECONDS)
        try:
            yield
        finally:
            scene.guard.turn_clock(0)

    return fault


@contextmanager
def without_descriptors(scene: Scene) -> Iterator[None]:
    """The proxy may open no further file, socket or pipe but a few."""
    proxy = psutil.Process(scene.guard.pid)
    before = proxy.rlimit(resource.RLIMIT_NOFILE)
    proxy.rlimit(resource.RLIMIT_NOFILE, (proxy.num_fds() + 3, before[1]))
    try:
        yield
    finally:
        proxy.rlimit(resource.RLIMIT_NOFILE, before)


@contextmanager
def full_disk(scene: Scene) -> Iterator[None]:
    """No byte can be written to any file any more, in memory files too (RLIMIT_FSIZE)."""
    proxy = psutil.Process(scene.guard.pid)
    before = proxy.rlimit(resource.RLIMIT_FSIZE)
    proxy.rlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        proxy.rlimit(resource.RLIMIT_FSIZE, before)


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


TROUBLES: dict[str, Trouble] = {
    "media workers killed without end": Trouble(make=killed("media")),
    "media workers killed once": Trouble(make=killed_once("media"), undecided=False),
    "media workers stopped": Trouble(make=stopped("media")),
    "list process killed without end": Trouble(make=killed("list")),
    "list process killed once": Trouble(make=killed_once("list"), undecided=False),
    "list process stopped": Trouble(make=stopped("list")),
    "classifier killed without end": Trouble(make=killed("classifier")),
    "classifier killed once": Trouble(make=killed_once("classifier"), undecided=False),
    "classifier stopped": Trouble(make=stopped("classifier")),
    "list missing": Trouble(make=spoilt_list(lambda scene: None)),
    "list empty": Trouble(make=spoilt_list(lambda scene: b"")),
    "list cut off": Trouble(make=spoilt_list(lambda scene: scene.bundle[:-70])),
    "list badly signed": Trouble(
        make=spoilt_list(lambda scene: _flipped(scene.bundle, -1 % len(scene.bundle)))
    ),
    "list altered": Trouble(make=spoilt_list(lambda scene: _flipped(scene.bundle, len(scene.bundle) // 2))),
    "list older than the last": Trouble(make=spoilt_list(lambda scene: scene.older)),
    "list expired": Trouble(make=turned(45)),
    "clock set back before the list was made": Trouble(make=turned(-45)),
    "no descriptors left": Trouble(make=without_descriptors, undecided=False),
    "nothing can be written": Trouble(make=full_disk, undecided=False),
    "policy damaged": Trouble(make=lambda scene: changed(scene, "policy", b"{"), undecided=False),
    "names of classifiers damaged": Trouble(make=lambda scene: changed(scene, "classes", b"{")),
    "key of the list lost": Trouble(make=lambda scene: renewed(scene, "list-1-key", bytes(32))),
}
