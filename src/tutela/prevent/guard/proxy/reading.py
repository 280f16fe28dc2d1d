"""A whole answer looked through: passed as it came, mended, or held."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from tutela.prevent.guard.carriers import finding, vectors
from tutela.prevent.guard.carriers.kinds import Kind, kind_of, kind_of_whole
from tutela.prevent.guard.carriers.segments import is_piece
from tutela.prevent.guard.proxy.decoding import decoded
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.ruling import Rulings
from tutela.prevent.guard.shapes import Tier

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What becomes of a body. ``mended``: what goes on in its place; ``held``: the tier of each block."""

    passes: bool
    mended: bytes | None = None
    held: tuple[Tier, ...] = field(default=())


PASSES = Outcome(passes=True)


def holds(*tiers: Tier) -> Outcome:
    """A body that is held as a whole."""
    return Outcome(passes=False, held=tiers or ("undecided",))


class Reader:
    """Looks through bodies, in a thread of its own where that takes time."""

    def __init__(self, rulings: Rulings, policy: Policy) -> None:
        self._rulings, self._policy = rulings, policy
        self._threads = ThreadPoolExecutor(1)

    def change(self, policy: Policy) -> None:
        """Follows another policy from the next body on."""
        self._policy = policy

    async def read(
        self, untrusted_body: bytes, content_type: str, content_encoding: str, *, destination: str = ""
    ) -> Outcome:
        """The outcome for a body as it came. Never raises for what is in it.

        ``destination``: what the browser says it wants it for.
        """
        deadline = self._rulings.deadline()
        try:
            body = await self._decoded(untrusted_body, content_encoding)
            kind = kind_of_whole(content_type, body)
            if kind in {"film", "segment"} or destination == "video":
                moving = await self._moving(body, kind, content_type)
                if moving is not None:
                    return moving
            return await self._outcome(body, kind, content_type, deadline)
        except ValueError:  # undecodable, or more inside than is looked at
            return holds()

    async def _decoded(self, body: bytes, content_encoding: str) -> bytes:
        if not content_encoding:
            return body
        return await self._aside(partial(decoded, body, content_encoding, self._policy.body_bytes_max))

    async def _moving(self, body: bytes, kind: Kind, content_type: str) -> Outcome | None:
        """What becomes of a film, of a piece of a stream, or of what a film element asked for and nobody
        knows; None for all that is judged as if no film element had asked, and for lists of pieces.
        """
        posing = kind_of(content_type) in {"text", "parts", "vector"}  # drawn as such too, whatever it is
        if kind == "segment":
            if not self._policy.segments_pass or (posing and is_piece(body)):
                return holds()
            return PASSES if is_piece(body) else None
        if kind not in {"film", "sound", "other"}:
            return None
        return holds() if posing or not self._policy.films_checked else await self._film(body)

    async def _film(self, body: bytes) -> Outcome:
        ruling = await self._rulings.rule_film(body)
        return PASSES if ruling.tier is None else holds(ruling.tier)

    async def _outcome(self, body: bytes, kind: Kind, content_type: str, deadline: float) -> Outcome:
        if kind == "picture":
            ruling = await self._rulings.rule(body, deadline)
            return PASSES if ruling.tier is None else holds(ruling.tier)
        if kind in {"text", "parts", "vector", "segment"}:
            return await self._carrier(body, content_type, deadline, whole=kind == "vector")
        return holds() if kind == "sealed" else PASSES

    async def _carrier(self, body: bytes, content_type: str, deadline: float, *, whole: bool) -> Outcome:
        """What may have pictures inside. ``whole``: one that is held holds all of it."""
        if whole and vectors.refused(body):
            return holds()
        found = await self._aside(partial(finding.find, body, content_type))
        if not found:
            return PASSES
        rulings = await self._rulings.rule_all(finding.pictures(found), deadline)
        tiers = tuple(one.tier for one in rulings.values() if one.tier is not None)
        stopped = finding.stopped(
            found, lambda content: rulings[content].shown, segments_pass=self._policy.segments_pass
        )
        if not stopped:
            return PASSES
        if whole:
            return holds(*tiers)
        mended = await self._aside(partial(finding.mended, body, stopped))
        return Outcome(passes=True, mended=mended, held=tiers or ("undecided",))

    async def _aside(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Ends the thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)
