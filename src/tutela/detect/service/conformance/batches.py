"""Several items in one question: a bad one must not take the others' answers away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from tutela.detect.service.conformance.exactness import HASH_BITS
from tutela.detect.service.conformance.kit import Kit, Known
from tutela.detect.service.conformance.results import Outcome
from tutela.detect.service.conformance.shapes.contract import Answer

#: Stream of the random numbers of this check (others: sizes of indexes).
STREAM = 8_888_888


def one_bad_item(kit: Kit) -> Iterator[Outcome]:
    """Whether the items before and after a bad one are answered as they are alone, and the bad one is not."""
    items, rights = _pictures(kit) if kit.subject.batch_of == "pictures" else _hashes(kit)
    answers = kit.subject.ask_batch(items)
    title = "one bad item leaves the others their answers"
    if len(answers) != len(items):
        words = f"{len(answers)} answers to {len(items)} items"
        yield Outcome(title=title, found=0, total=len(items), words=words)
        return
    right = sum(is_right(answer) for answer, is_right in zip(answers, rights, strict=True))
    yield Outcome(title=title, found=right, total=len(items))


def _pictures(kit: Kit) -> tuple[list[bytes | None], list[Callable[[Answer | None], bool]]]:
    first, last = kit.known()[0], kit.known()[-1]
    pictures = [kit.samples.original(known.number) for known in (first, last)]
    return [pictures[0], None, pictures[1]], [partial(_names, first), _refused, partial(_names, last)]


def _hashes(kit: Kit) -> tuple[list[bytes | None], list[Callable[[Answer | None], bool]]]:
    """Hashes that nobody knows: they are answered, with nothing found."""
    random = np.random.default_rng([kit.options.seed, STREAM])
    values = [random.bytes(HASH_BITS // 8) for _ in range(2)]
    return [values[0], None, values[1]], [_answered, _refused, _answered]


def _names(known: Known, answer: Answer | None) -> bool:
    return answer is not None and answer.names(known.entry)


def _answered(answer: Answer | None) -> bool:
    return answer is not None and not answer.unread


def _refused(answer: Answer | None) -> bool:
    return answer is None or answer.unread
