"""Contract of the slot ``tutela.engines``: plain functions that raise AssertionError."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tutela.detect.scan.engines import GROUP, Engine
from tutela.kernel.slots import Slot

#: Pieces of the sample run: more than any engine's queue holds.
SAMPLE_PIECES = 2_000


class _SampleError(Exception):
    """Raised by the sample work to see that it reaches the consumer."""


def check_engine(engine: Engine) -> None:
    """Raises AssertionError with the broken rule unless ``engine`` keeps the contract of its protocol."""
    _holds(isinstance(engine, Engine), "it offers name, version and run")
    _holds(bool(engine.name) and bool(engine.version), "name and version are words")
    results = sorted(one for one in engine.run(range(SAMPLE_PIECES), _thrice) if one is not None)
    expected = sorted(number for piece in range(SAMPLE_PIECES) for number in _thrice(piece))
    _holds(results == expected, "every result of every piece comes out once")
    _holds(not list(filter(None, engine.run([], _thrice))), "no pieces give no results")
    _holds(_raises(engine), "an exception of the work reaches the consumer")
    _holds(_stops(engine), "a consumer that stops early stops the taking of pieces")


def _thrice(piece: int) -> Iterator[int]:
    yield from (3 * piece + 1, 3 * piece + 2, 3 * piece + 3)


def _raises(engine: Engine) -> bool:
    def failing(piece: int) -> Iterator[int]:
        if piece == 7:
            raise _SampleError
        yield piece

    try:
        list(engine.run(range(SAMPLE_PIECES), failing))
    except _SampleError:
        return True
    return False


def _stops(engine: Engine) -> bool:
    taken = 0

    def pieces() -> Iterable[int]:
        nonlocal taken
        for piece in range(SAMPLE_PIECES * 10):
            taken += 1
            yield piece

    running = engine.run(pieces(), _thrice)
    next(iter(running))
    close = getattr(running, "close", None)
    if close is not None:
        close()
    return taken < SAMPLE_PIECES * 10


def _holds(condition: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise AssertionError(rule)


#: The slot: an engine is loaded by name and checked once.
SLOT: Slot[Engine] = Slot(group=GROUP, protocol=Engine, contract=check_engine)
