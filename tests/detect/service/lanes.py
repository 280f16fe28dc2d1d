"""A lane between fakes: a pool that remembers what was begun, files that end when a test says so."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import anyio

from tutela.detect.media.opened import Opened
from tutela.detect.media.shapes import Ask, Examined, ShownForm
from tutela.detect.media.underway import Seen
from tutela.detect.service.admission import Admission, AdmissionRules
from tutela.detect.service.lane import Lane
from tutela.detect.service.problems import Busy


async def in_thread(function: Callable[[], Any]) -> Any:
    return await anyio.to_thread.run_sync(function)


def examined(fd: int) -> Examined:
    return Examined(member=None, size_bytes=fd, md5=b"", sha1=b"", sha256=b"", trouble=None)


@dataclass(frozen=True)  # no slots: tests ask whether one is still there
class Job:
    """A picture by its number."""

    opened: Opened

    def sink(self, form: ShownForm) -> None:
        """Nothing is kept."""


def job(number: int) -> Job:
    return Job(opened=Opened(fd=number, size_bytes=1, kind="jpeg", own=False))


class FakeUnderway:
    """Files that are examined when ``finish`` is called; a socket tells when."""

    leftover: object = None

    def __init__(self, fds: Sequence[int], patience_seconds: float) -> None:
        self.fds, self.patience_seconds = fds, patience_seconds
        self.given_up = self.buried = self.fails = self.settled = self.abandoned = False
        self.again: Callable[[], Examined] | None = None
        self._ours, self._theirs = socket.socketpair()

    def finish(self) -> None:
        self._theirs.close()

    def fileno(self) -> int:
        return self._ours.fileno()

    def heard(self) -> bool:
        return True

    def slow(self) -> None:
        self.given_up = True

    def ended(self) -> list[Seen | None] | None:
        if self.fails:
            self.close()
            raise ValueError("a sink failed")
        return None if self.given_up else self.settle()

    def settle(self) -> list[Seen | None]:
        self.close()
        self.settled = True
        if self.given_up:
            return [None for _ in self.fds]
        return [Seen(examined=examined(fd), again=self.again) for fd in self.fds]

    def abandon(self) -> None:
        self.abandoned = True
        self.close()

    def bury(self) -> None:
        self.buried = True

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()


class FakePool:
    """Remembers what was begun; while ``refusing`` everything has to go into a thread."""

    def __init__(self) -> None:
        self.begun: list[FakeUnderway] = []
        self.refusing, self.patience_seconds = False, 5.0
        self.error: Exception | None = None

    def begin(self, files: Sequence[tuple[Opened, object]], _ask: Ask) -> Any:
        if self.error is not None:
            raise self.error
        if self.refusing:
            return None
        self.begun.append(FakeUnderway([opened.fd for opened, _ in files], self.patience_seconds))
        return self.begun[-1]


class Asked:
    """Turns that are asked for at once, and what they got."""

    def __init__(self, pool: Any, *, workers: int = 1, wait_seconds_max: float = 5.0) -> None:
        self.admission = Admission(AdmissionRules(wait_seconds_max=wait_seconds_max))
        self.lane: Lane[Job, Any] = Lane(
            pool, Ask(), self.judge, workers=workers, admission=self.admission, in_thread=in_thread
        )
        self.got: dict[int, Any] = {}
        self.alone: list[int] = []
        self.judged: list[list[int]] = []

    def judge(self, found: Sequence[tuple[Job, Examined]]) -> list[Any]:
        """The size, an error for the picture 13, and a fault for the picture 99."""
        self.judged.append([one.opened.fd for one, _ in found])
        if 99 in self.judged[-1]:
            raise RuntimeError("a fault")
        return [ValueError("13") if one.opened.fd == 13 else said.size_bytes for one, said in found]

    async def ask(self, fd: int) -> None:
        async def alone() -> Any:
            self.alone.append(fd)
            await anyio.sleep(0.01)
            return "alone"

        try:
            self.got[fd] = await self.lane.answer(job(fd), alone)
        except Busy:
            self.got[fd] = "busy"
        except ValueError as error:
            self.got[fd] = error


async def finish(pool: FakePool, number: int) -> None:
    """Ends the files that were begun as this one in number, once they are."""
    await soon(lambda: len(pool.begun) > number)
    pool.begun[number].finish()


async def soon(reached: Callable[[], object]) -> None:
    with anyio.fail_after(5):
        while not reached():
            await anyio.sleep(0.001)
