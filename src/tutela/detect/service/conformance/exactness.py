"""Does an index answer exactly: with no, one, two and many entries, at the threshold and one bit beyond.

The questions at the threshold are flipped at random and in the worst way for multi-index hashing: two bits
in each 16-bit word but one (the pigeonhole argument of pdq/README-MIH.md holds with nothing to spare).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tutela.detect.service.conformance.kit import Kit
from tutela.detect.service.conformance.results import Outcome
from tutela.detect.service.conformance.shapes.contract import Entry

#: Bits of a PDQ hash (pdq/README).
HASH_BITS = 256
#: Bits of a word of multi-index hashing: 16 words (pdq/README-MIH.md).
WORD_BITS = 16
#: Entries of a large index that are asked; all of a small one are.
ASKED_MAX = 20
#: Random hashes asked of the empty index.
EMPTY_ASKED = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One hash to ask, how far it lies from its entry (bits), and whether that must be found."""

    value: bytes
    distance_bits: int
    expected: bool


def empty_index(kit: Kit) -> Iterator[Outcome]:
    """Whether an empty list finds nothing and answers all the same."""
    listed, random = kit.open_list("hashes-0"), _random(kit, 0)
    asked = [random.bytes(HASH_BITS // 8) for _ in range(EMPTY_ASKED)]
    quiet = sum(not kit.subject.ask_hash(value).meets(listed) for value in asked)
    yield Outcome(title="0 entries", found=quiet, total=len(asked))


def index_of(size: int) -> Callable[[Kit], Iterator[Outcome]]:
    """The check of an index with ``size`` entries (>= 1)."""
    return partial(_check, size)


def index_of_many(kit: Kit) -> Iterator[Outcome]:
    """The check of an index with as many entries as the options say."""
    return _check(kit.options.many, kit)


def _check(size: int, kit: Kit) -> Iterator[Outcome]:
    title = f"{size:,} {'entry' if size == 1 else 'entries'}"
    listed, random = kit.open_list(f"hashes-{size}"), _random(kit, size)
    values = [random.bytes(HASH_BITS // 8) for _ in range(size)]
    entries = [kit.subject.add_hash(listed, f"hash-{n}", value) for n, value in enumerate(values)]
    places = range(0, size, -(-size // ASKED_MAX))
    if not kit.reached_all([partial(_finds, kit, values[n], entries[n]) for n in places]):
        yield Outcome(title=title, found=0, total=1, words=kit.never("an entry's own hash"))
        return
    asked = [(entries[n], question) for n in places for question in _questions(kit, values[n], random)]
    yield _outcome(title, kit, asked)


def _finds(kit: Kit, value: bytes, entry: Entry) -> bool:
    return kit.subject.ask_hash(value).names(entry)


def _outcome(title: str, kit: Kit, asked: Sequence[tuple[Entry, Question]]) -> Outcome:
    missed, extra, wrong = 0, 0, 0
    for entry, question in asked:
        answer = kit.subject.ask_hash(question.value)
        found = answer.names(entry)
        missed += question.expected and not found
        extra += found and not question.expected
        told = answer.distance_bits(entry)
        wrong += question.expected and told not in (None, question.distance_bits)
    faults = ((missed, "not found"), (extra, "found beyond the threshold"), (wrong, "with a wrong distance"))
    words = ", ".join(f"{count} {what}" for count, what in faults if count)
    return Outcome(title=title, found=len(asked) - missed - extra - wrong, total=len(asked), words=words)


def _questions(kit: Kit, value: bytes, random: np.random.Generator) -> list[Question]:
    edge = kit.options.distance_bits
    return [
        Question(value=value, distance_bits=0, expected=True),
        Question(value=flipped(value, spread(edge, random)), distance_bits=edge, expected=True),
        Question(
            value=flipped(value, random.permutation(HASH_BITS)[:edge].tolist()),
            distance_bits=edge,
            expected=True,
        ),
        Question(value=flipped(value, spread(edge + 1, random)), distance_bits=edge + 1, expected=False),
    ]


def spread(count: int, random: np.random.Generator) -> list[int]:
    """``count`` places of bits (0-256), dealt over the sixteen words as evenly as can be."""
    words = random.permutation(HASH_BITS // WORD_BITS)
    orders = [random.permutation(WORD_BITS) for _ in words]
    dealt = [int(word) * WORD_BITS + int(orders[word][turn]) for turn in range(WORD_BITS) for word in words]
    return dealt[:count]


def flipped(value: bytes, places: Sequence[int]) -> bytes:
    """``value`` with the bits at ``places`` turned over."""
    number = int.from_bytes(value, "big")
    for place in places:
        number ^= 1 << place
    return number.to_bytes(len(value), "big")


def _random(kit: Kit, stream: int) -> np.random.Generator:
    return np.random.default_rng([kit.options.seed, stream])
