"""How long it takes from the acknowledgement of an entry to the first answer that knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from tutela.detect.service.conformance.exactness import HASH_BITS
from tutela.detect.service.conformance.kit import Kit
from tutela.detect.service.conformance.results import Outcome
from tutela.detect.service.conformance.shapes.contract import Ability, Answer, Entry

#: Stream of the random numbers of this check (others: sizes of indexes).
STREAM = 7_777_777
#: Number of the first stranger that is added here.
FRESH_FROM = 200_000
BY_HASH: frozenset[Ability] = frozenset({"add_hash", "ask_hash"})


def fresh(kit: Kit) -> Iterator[Outcome]:
    """How many new entries are found within ``fresh_seconds`` of their acknowledgement.

    Measured with hashes where the shape takes them, else with pictures (their hashing then counts). The
    check ends early when ``wait_seconds`` have been spent on it.
    """
    listed = kit.open_list("fresh")
    begin = kit.clock.monotonic_seconds()
    seconds: list[float] = []
    missing = 0
    for number in range(kit.options.pictures):
        taken = _seconds_of_one(kit, listed, number)
        seconds += [] if taken is None else [taken]
        missing += taken is None
        if kit.clock.monotonic_seconds() - begin >= kit.options.wait_seconds:
            break
    yield _outcome(kit, seconds, missing)


def _seconds_of_one(kit: Kit, listed: str, number: int) -> float | None:
    if kit.subject.abilities >= BY_HASH:
        value = np.random.default_rng([kit.options.seed, STREAM, number]).bytes(HASH_BITS // 8)
        entry = kit.subject.add_hash(listed, f"fresh-{number}", value)
        return _until_found(kit, entry, lambda: kit.subject.ask_hash(value))
    picture = kit.samples.stranger(FRESH_FROM + number)
    entry = kit.subject.add_picture(listed, f"fresh-{number}", picture)
    return _until_found(kit, entry, lambda: kit.subject.ask_picture(picture))


def _until_found(kit: Kit, entry: Entry, ask: Callable[[], Answer]) -> float | None:
    return kit.seconds_until(lambda: ask().names(entry))


def _outcome(kit: Kit, seconds: list[float], missing: int) -> Outcome:
    limit, total = kit.options.fresh_seconds, len(seconds) + missing
    title = f"a new entry is found within {limit:g} s"
    words = f"{missing} of {total} never found in the time allowed" if missing else ""
    if not seconds:
        return Outcome(title=title, found=0, total=total, words=words)
    median, p99 = (float(np.percentile(seconds, share)) for share in (50, 99))
    measured = f"median {median:.3f} s, 99th percentile {p99:.3f} s over {len(seconds)}"
    return Outcome(
        title=title,
        found=sum(one <= limit for one in seconds),
        total=total,
        words="; ".join(part for part in (measured, words) if part),
        figures={"median_seconds": median, "p99_seconds": p99},
    )
