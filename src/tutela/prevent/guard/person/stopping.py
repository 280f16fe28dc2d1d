"""The emergency stop: always at once, whatever waits.

What it does: from the next connection on nothing is looked into any more, every picture passes, and nothing
is counted. The page goes on working. What it does not do: it takes nothing off the device, and it ends by
itself with the next restart of the device, or when the person starts again.

The trade-off, said openly: somebody with an urge can use it too. It is here because software on a person's
own device must never stand between them and what they need now (a doctor's page that a fault keeps away, a
person who was made to install this and is not safe). It costs the protection until the next start and no
more; the delay guards leaving, pausing and loosening, which last.
"""

from __future__ import annotations

from tutela.prevent.guard.person.device_time import Reading
from tutela.prevent.guard.person.folder import STARTED, STOPPED, Folder


def stop(folder: Folder, now: Reading) -> None:
    """Return once it is stopped until the next start. Where even the folder fails, Unavailable: end the
    service then, which does the same and needs nothing.
    """
    folder.write(STOPPED, now.boot.encode("utf-8"))


def is_stopped(folder: Folder, now: Reading) -> bool:
    """Whether it was stopped since this boot began."""
    return folder.read(STOPPED) == now.boot.encode("utf-8")


def start_again(folder: Folder) -> None:
    """Return once it is no longer stopped: tightening, at once."""
    folder.remove(STOPPED)


def tell_start(folder: Folder) -> None:
    """Return once a guard that runs can see that it was started again, also where the folder had no word of
    its stop: it was stopped on its page while the disk was full. Raises Unavailable where it still is.
    """
    folder.write(STARTED, b"")
