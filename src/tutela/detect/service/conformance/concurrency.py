"""Many askers at once: no error, and to each the same answer as to one who asks alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from tutela.detect.service.conformance.kit import Kit
from tutela.detect.service.conformance.results import Outcome
from tutela.detect.service.conformance.shapes.contract import Answer, Hit, Misbehaved
from tutela.kernel.errors import Unavailable

#: Known pictures and strangers that each asker asks, so many of either: a probing alarm counts how often
#: one picture is asked (threat model ST-16).
EACH_MAX = 5


def many_askers(kit: Kit) -> Iterator[Outcome]:
    """How many of all answers were the same as alone; errors are counted apart."""
    pictures = _pictures(kit)
    alone = [_hits(kit.subject.ask_picture(picture)) for picture in pictures]
    with ThreadPoolExecutor(kit.options.askers) as askers:
        turns = [askers.submit(_ask_all, kit, pictures, shift) for shift in range(kit.options.askers)]
        answers = [answer for turn in turns for answer in turn.result()]
    errors = sum(hits is None for _, hits in answers)
    same = sum(hits == alone[place] for place, hits in answers)
    faults = ((errors, "errors"), (len(answers) - same - errors, "other answers than alone"))
    yield Outcome(
        title=f"{kit.options.askers} askers at once",
        found=same,
        total=len(answers),
        words=", ".join(f"{count} {what}" for count, what in faults if count),
    )


def _pictures(kit: Kit) -> list[bytes]:
    known = kit.known()[:EACH_MAX]
    return [kit.samples.original(one.number) for one in known] + [
        kit.samples.stranger(number) for number in range(len(known))
    ]


def _ask_all(kit: Kit, pictures: Sequence[bytes], shift: int) -> list[tuple[int, frozenset[Hit] | None]]:
    places = [(place + shift) % len(pictures) for place in range(len(pictures))]
    return [(place, _asked(kit, pictures[place])) for place in places]


def _asked(kit: Kit, picture: bytes) -> frozenset[Hit] | None:
    try:
        return _hits(kit.subject.ask_picture(picture))
    except (Misbehaved, Unavailable):
        return None


def _hits(answer: Answer) -> frozenset[Hit]:
    return frozenset(answer.hits)
