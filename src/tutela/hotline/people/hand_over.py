"""What somebody had open when they leave: every app says here how it releases what a person holds."""

from __future__ import annotations

from collections.abc import Callable

from tutela.kernel.clock import Clock

#: Releases what the person of this public id holds, in the caller's transaction; gives how many things.
Release = Callable[[str, Clock], int]

_releases: dict[str, Release] = {}


def register(app: str, release: Release) -> None:
    """Let ``release`` be called when an account ends; called once, when the app is ready."""
    _releases[app] = release


def forget(app: str) -> None:
    """Calls this app no more; for tests."""
    _releases.pop(app, None)


def release_work(public_id: str, clock: Clock) -> int:
    """How many things of this person were released, of all apps; in the caller's transaction."""
    return sum(release(public_id, clock) for release in _releases.values())
