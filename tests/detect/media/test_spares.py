"""Workers that were started ahead."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tutela.detect.media import lockdown
from tutela.detect.media.nursery import Nursery
from tutela.detect.media.shapes import WEB
from tutela.detect.media.spares import Spares


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    with Nursery("picture", bytes_max=WEB.worker_bytes_max) as started:
        yield started


def layers_of(spares: Spares) -> int:
    deadline = time.monotonic() + 20
    while (found := spares.layers("picture")) is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return found


def test_the_spare_one_is_given_once_and_says_what_holds_it(nursery: Nursery) -> None:
    spares = Spares()
    assert spares.layers("picture") is None
    spares.keep(nursery)
    spares.keep(nursery)
    layers = layers_of(spares)
    first, second = spares.new_one(nursery), spares.new_one(nursery)
    assert first.ready is not None and first.ready.layers == layers
    assert second.ready is None
    assert second.greet().layers == layers
    assert lockdown.missing_layers(layers) == lockdown.missing_layers(second.greet().layers)
    for worker in (first, second):
        nursery.bury(worker)


def test_one_of_a_nursery_that_has_ended_is_not_given(nursery: Nursery) -> None:
    spares = Spares()
    with Nursery("picture", bytes_max=WEB.worker_bytes_max) as other:
        spares.keep(other)
        layers_of(spares)
    assert spares.layers("picture") is None
    worker = spares.new_one(nursery)
    assert worker.greet().pid > 0
    nursery.bury(worker)


def test_none_is_left_at_the_end(nursery: Nursery) -> None:
    spares = Spares()
    spares.keep(nursery)
    spares.close()
    assert spares.layers("picture") is None
