"""Both engines keep the contract, and the contract catches what it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import entry_points
from typing import Any

import pytest

from tutela.detect.scan.engine_contract import SLOT, check_engine
from tutela.detect.scan.engines import GROUP, Engine, SerialEngine, ThreadEngine


@pytest.mark.parametrize("engine", [SerialEngine(), ThreadEngine(workers=1), ThreadEngine(workers=4)])
def test_each_engine_of_our_own_keeps_the_contract(engine: Engine) -> None:
    check_engine(engine)


def test_our_own_are_registered_by_name() -> None:
    ours = {point.name: point.load() for point in entry_points(group=GROUP) if point.dist.name == "tutela"}  # type: ignore[union-attr]
    assert ours == {"serial": SerialEngine, "threads": ThreadEngine}
    assert SLOT.load("threads", {"workers": 3}) == ThreadEngine(workers=3)


class _Losing(SerialEngine):
    def run(self, pieces: Iterable[Any], work: Callable[[Any], Iterable[Any]]) -> Iterator[Any]:
        yield from list(super().run(pieces, work))[:-1]


class _Swallowing(SerialEngine):
    def run(self, pieces: Iterable[Any], work: Callable[[Any], Iterable[Any]]) -> Iterator[Any]:
        for piece in pieces:
            try:
                yield from work(piece)
            except Exception:  # noqa: BLE001 - the fault that the contract has to catch
                return


@pytest.mark.parametrize(
    ("engine", "rule"), [(_Losing(), "comes out once"), (_Swallowing(), "reaches the consumer")]
)
def test_an_engine_that_loses_results_or_errors_is_refused(engine: Engine, rule: str) -> None:
    with pytest.raises(AssertionError, match=rule):
        check_engine(engine)
