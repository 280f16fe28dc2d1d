from __future__ import annotations

from collections.abc import Callable

import pytest

from tutela.hotline.work.handlers import Handler, find_handler, handler_of, register, registered_kinds


def test_a_registered_handler_is_found(handle: Callable[..., Handler]) -> None:
    made = handle("toy")
    assert handler_of("toy") is find_handler("toy") is made
    assert "toy" in registered_kinds()


def test_registering_twice_is_nothing_new_and_another_one_is_refused(handle: Callable[..., Handler]) -> None:
    made = handle("toy")
    register(made)
    with pytest.raises(ValueError):
        register(Handler(kind="toy", tries_max=9))
    assert handler_of("toy") is made


def test_a_kind_that_nobody_does_is_not_found() -> None:
    assert find_handler("nobody") is None
    with pytest.raises(LookupError):
        handler_of("nobody")


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "No Word"},
        {"kind": ""},
        {"kind": "toy", "lease_seconds": 46},
        {"kind": "toy", "lease_seconds": 0},
        {"kind": "toy", "tries_max": 0},
        {"kind": "toy", "version": 0},
        {"kind": "toy", "priority": 10},
    ],
    ids=str,
)
def test_a_handler_that_cannot_be_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Handler(**facts)  # type: ignore[arg-type]  # wrong on purpose
