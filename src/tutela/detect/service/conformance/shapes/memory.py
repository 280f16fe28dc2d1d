"""A matcher in memory that can be told to have holes: what a check is tried on, and what it must notice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from tutela.detect.service.conformance.samples import PlainSamples
from tutela.detect.service.conformance.shapes.contract import (
    ALL_ABILITIES,
    Ability,
    Answer,
    Entry,
    Hit,
    Misbehaved,
    Reply,
    Upload,
)

#: Holes beside variants that are not found again. Each is the fault of some matcher in the field.
Hole = Literal[
    "index of one",  # an index of one entry finds nothing (ThreatExchange issue 1318)
    "edge",  # the threshold itself is not found: an approximate index
    "wide",  # one bit beyond the threshold is found
    "distance",  # distances are told wrongly
    "strangers",  # everything is found
    "kept",  # what was removed is found on
    "slow",  # what was added is never found
    "crash",  # a file that cannot be read gives a 500
    "page",  # errors are pages of HTML
    "hash length",  # a hash of any length is taken
    "open",  # any token will do
    "batch",  # one bad item ends the whole batch
    "unread",  # nothing is answered after bad input
    "lists stay",  # lists cannot be taken away
]
#: Bits up to which an entry is found (pdq/README).
THRESHOLD_BITS = 31
#: Longest body that is taken, in bytes.
BODY_MAX = 1 << 30
#: Bytes of a PDQ hash (pdq/README).
HASH_BYTES = 32


class MemorySubject:
    """A ``Subject`` over ``PlainSamples``. ``blind_to`` names the variants that it does not find again."""

    shape = "memory"
    TOKEN = "right"  # noqa: S105 - the fake's own

    def __init__(
        self,
        *,
        holes: Collection[Hole] = (),
        blind_to: Collection[str] = (),
        abilities: frozenset[Ability] = ALL_ABILITIES,
        batch_of: Literal["pictures", "hashes"] = "pictures",
    ) -> None:
        self.holes = frozenset(holes)
        self.blind_to = frozenset(blind_to)
        self.abilities = abilities
        self.batch_of: Literal["pictures", "hashes"] = batch_of
        self.lists: dict[str, dict[str, bytes]] = {}
        self.upset = False

    def list_name(self, word: str) -> str:
        """The word as it is."""
        return word

    def create_list(self, name: str) -> None:
        """An empty list."""
        self.lists[name] = {}

    def delete_list(self, name: str) -> None:
        """The list is gone, unless that is the hole. Raises Misbehaved for one that is not there."""
        if "lists stay" in self.holes:
            raise Misbehaved("the list stays")
        if self.lists.pop(name, None) is None:
            raise Misbehaved("status 404")

    def add_picture(self, listed: str, name: str, picture: bytes) -> Entry:
        """The entry under its name."""
        return self.add_hash(listed, name, self._read(picture))

    def add_hash(self, listed: str, name: str, value: bytes) -> Entry:
        """The entry under its name."""
        if "slow" not in self.holes:
            self.lists[listed][name] = value
        return Entry(list=listed, name=name)

    def remove(self, entry: Entry) -> None:
        """The entry is gone, unless that is the hole."""
        if "kept" not in self.holes:
            del self.lists[entry.list][entry.name]

    def ask_picture(self, picture: bytes) -> Answer:
        """What is known of a plain sample. Raises Misbehaved for anything else."""
        if self.upset:
            raise Misbehaved("status 500")
        return self._known(self._read(picture))

    def ask_hash(self, value: bytes) -> Answer:
        """What is known of a hash."""
        return self._known(value)

    def ask_batch(self, items: Sequence[bytes | None]) -> Sequence[Answer | None]:
        """One answer each; None for the bad item, unless it ends the batch."""
        if "batch" in self.holes:
            raise Misbehaved("status 500")
        ask = self.ask_picture if self.batch_of == "pictures" else self.ask_hash
        return [None if item is None else ask(item) for item in items]

    def send(self, upload: Upload, *, token: str | None = None) -> Reply:
        """401 for a wrong token, 413 for a large body, 422 for what is no plain sample, else 200."""
        if token not in (None, self.TOKEN) and "open" not in self.holes:
            return self._refusal(401)
        if (upload.declared_bytes or 0) > BODY_MAX:
            return self._refusal(413)
        try:
            hits = self.ask_picture(upload.data).hits
        except Misbehaved:
            self.upset = "unread" in self.holes
            return self._refusal(500 if "crash" in self.holes else 422)
        return Reply(status=200, body=json.dumps([hit.entry for hit in hits]).encode())

    def send_hash(self, value: bytes) -> Reply:
        """422 for a wrong length."""
        if len(value) != HASH_BYTES and "hash length" not in self.holes:
            return self._refusal(422)
        return Reply(status=200, body=b"[]")

    def parse(self, reply: Reply) -> Answer:
        """Only answers of 200 are answers."""
        if reply.status != 200:
            raise Misbehaved(f"status {reply.status}")
        return Answer()

    def _refusal(self, status: int) -> Reply:
        page = "page" in self.holes
        return Reply(status=status, body=b"<html>no</html>" if page else b'{"error": "no"}')

    def _read(self, picture: bytes) -> bytes:
        magic, *lines = picture.split(b"\n")
        if magic != PlainSamples.MAGIC or len(lines) != 2:
            raise Misbehaved("status 422")
        name, variant = lines
        unseen = variant if variant.decode() in self.blind_to else b""
        return hashlib.sha256(name + unseen).digest()

    def _known(self, value: bytes) -> Answer:
        near = [
            Hit(list=listed, entry=name, distance_bits=self._told(value, other))
            for listed, entries in self.lists.items()
            for name, other in entries.items()
            if self._is_near(value, other)
        ]
        lonely = "index of one" in self.holes and sum(map(len, self.lists.values())) == 1
        return Answer(hits=() if lonely else tuple(near))

    def _is_near(self, value: bytes, other: bytes) -> bool:
        limit = THRESHOLD_BITS - ("edge" in self.holes) + ("wide" in self.holes)
        return "strangers" in self.holes or _distance_bits(value, other) <= limit

    def _told(self, value: bytes, other: bytes) -> int:
        return _distance_bits(value, other) + ("distance" in self.holes)


def _distance_bits(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_count()


#: Which check notices which hole.
NOTICED_BY: Mapping[Hole, str] = {
    "index of one": "index-of-1",
    "edge": "index-of-many",
    "wide": "index-of-many",
    "distance": "index-of-2",
    "strangers": "strangers",
    "kept": "removed",
    "slow": "freshness",
    "crash": "bad-uploads",
    "page": "bad-uploads",
    "hash length": "wrong-hash-length",
    "open": "wrong-token",
    "batch": "batch",
    "unread": "bad-uploads",
}
