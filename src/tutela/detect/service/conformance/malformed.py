"""Bad input: each kind gets a 4xx with an answer that parses, and the next good question is answered.

A picture that cannot be read may also be answered as unread, and a file that is no picture as not known: a
matcher that compares digests has looked at it. What must not happen is a 5xx, no answer, or an answer that
clears a broken picture.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from tutela.detect.service.conformance.bombs import png_bomb, zip_bomb
from tutela.detect.service.conformance.kit import Kit, Known
from tutela.detect.service.conformance.results import Outcome
from tutela.detect.service.conformance.shapes.contract import Answer, Misbehaved, Reply, Upload
from tutela.kernel.errors import Unavailable

#: Bytes announced and never sent: 1 TiB.
HUGE_BYTES = 1 << 40
#: Bytes of the random body.
RANDOM_BYTES = 20_000
#: Bytes that are left of a truncated picture: its header, and nothing that can be shown.
CUT_BYTES = 200
#: First status of the client's errors and first beyond them (RFC 9110, section 15.5).
CLIENT_ERROR, SERVER_ERROR = 400, 500
#: Hash lengths in bytes beside the right one, 32 (pdq/README).
WRONG_LENGTHS = (0, 31, 33)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One kind of bad upload, and how it is made out of a good picture and random numbers.

    ``unlike_media``: it is no picture at all, so that "not known" is a true answer; of an ``archive`` where
    the shape does not look into archives.
    """

    title: str
    make: Callable[[bytes, np.random.Generator], Upload]
    unlike_media: bool = False
    archive: bool = False

    def may_be_not_known(self, kit: Kit) -> bool:
        """True when "not known" will do as an answer of this matcher."""
        return self.unlike_media or (self.archive and "archives" not in kit.abilities)


#: The bad uploads that issue 3 names, but the slow one: it would take as long as the service is patient.
CASES: tuple[Case, ...] = (
    Case(title="empty", make=lambda good, random: Upload(data=b"")),
    Case(title="truncated picture", make=lambda good, random: Upload(data=_cut(good))),
    Case(
        title="text",
        make=lambda good, random: Upload(data=b"A line of text.\n" * 20, media_type="text/plain"),
        unlike_media=True,
    ),
    Case(
        title="random bytes",
        make=lambda good, random: Upload(data=random.bytes(RANDOM_BYTES)),
        unlike_media=True,
    ),
    Case(
        title="picture that announces 900 million pixels",
        make=lambda good, random: Upload(data=png_bomb(), media_type="image/png"),
    ),
    Case(
        title="ZIP that unpacks to a thousand times its size",
        make=lambda good, random: Upload(data=zip_bomb(), media_type="application/zip"),
        archive=True,
    ),
    Case(
        title="announced length of 1 TiB",
        make=lambda good, random: Upload(data=_cut(good), declared_bytes=HUGE_BYTES),
    ),
)


def _cut(good: bytes) -> bytes:
    return good[: min(CUT_BYTES, len(good) // 2)]


def bad_uploads(kit: Kit) -> Iterator[Outcome]:
    """One outcome for each kind of bad upload."""
    good, random = kit.samples.original(0), np.random.default_rng(kit.options.seed)
    for case in CASES:
        may_be = partial(_says_not_known if case.may_be_not_known(kit) else _says_unread, kit)
        yield _judged(kit, case.title, partial(kit.subject.send, case.make(good, random)), may_be)


def wrong_token(kit: Kit) -> Iterator[Outcome]:
    """Whether a good picture with a wrong token is refused."""
    upload = Upload(data=kit.samples.original(0))
    yield _judged(kit, "wrong token", partial(kit.subject.send, upload, token="0" * 40))


def wrong_hash_length(kit: Kit) -> Iterator[Outcome]:
    """Whether hashes of the wrong lengths are refused."""
    for size in WRONG_LENGTHS:
        yield _judged(kit, f"hash of {size} bytes", partial(kit.subject.send_hash, bytes(size)))


def _never(reply: Reply) -> bool:
    return False


def _judged(
    kit: Kit, title: str, send: Callable[[], Reply], may_be: Callable[[Reply], bool] = _never
) -> Outcome:
    """The outcome for one bad upload; ``may_be`` says of an answer that is no error whether it will do."""
    try:
        fault = _fault(send(), may_be)
    except Unavailable:
        fault = "no answer came"
    if not _answers_again(kit):
        fault = "; ".join(part for part in (fault, "the next good question was not answered") if part)
    return Outcome(title=title, found=int(not fault), total=1, words=fault)


def _fault(reply: Reply, may_be: Callable[[Reply], bool]) -> str:
    """What is wrong with the reply to bad input, or nothing."""
    if CLIENT_ERROR <= reply.status < SERVER_ERROR:
        return "" if _parses(reply) else f"status {reply.status}, but its answer does not parse"
    if reply.status < CLIENT_ERROR and may_be(reply):
        return ""
    return f"status {reply.status}"


def _parses(reply: Reply) -> bool:
    try:
        return isinstance(json.loads(reply.body), dict)
    except ValueError:
        return False


def _says_unread(kit: Kit, reply: Reply) -> bool:
    answer = _answer(kit, reply)
    return answer is not None and answer.unread


def _says_not_known(kit: Kit, reply: Reply) -> bool:
    answer = _answer(kit, reply)
    return answer is not None and not answer.hits


def _answer(kit: Kit, reply: Reply) -> Answer | None:
    try:
        return kit.subject.parse(reply)
    except Misbehaved:
        return None


def _answers_again(kit: Kit) -> bool:
    """True when a good picture is found, or at least answered where none could be made known."""
    try:
        known = _first_known(kit)
        if known is not None:
            return kit.finds(known)
        kit.subject.ask_picture(kit.samples.original(0))
    except (Misbehaved, Unavailable):
        return False
    return True


def _first_known(kit: Kit) -> Known | None:
    try:
        return kit.known()[0] if "known" in kit.abilities else None
    except (Misbehaved, Unavailable):
        return None
