from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.commands.guard_calls import Person
from tutela.commands import guard_run

MODULE = "tutela.prevent.guard.running.guard"


class Guard:
    """A guard that is under way until it is told otherwise."""

    port, address = 8704, "http://127.0.0.1:8705"
    alive = True

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, *_: object) -> None:
        self.left = True


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    """Stands for the one that needs the guard's environment; what is done at signals is given back."""
    one, module = Guard(), ModuleType(MODULE)
    module.Start = lambda **chosen: chosen  # type: ignore[attr-defined]
    module.RunningGuard = lambda start: one  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, MODULE, module)
    monkeypatch.setattr(guard_run, "LOOK_SECONDS", 0.01)
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield one
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_it_runs_until_it_is_ended(person: Person, guard: Guard) -> None:
    person.set_up()
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGTERM])
    timer.start()
    try:
        assert person("run") == 0 and person.out.startswith("it runs: 127.0.0.1:8704, your page: http:")
    finally:
        timer.join()
    assert guard.left


def test_one_that_ends_by_itself_is_told_so_that_it_is_started_again(person: Person, guard: Guard) -> None:
    person.set_up()
    guard.alive = False
    assert person("run") == 3 and "ended by itself" in person.err


def test_another_environment_says_where_it_runs(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    assert person("run") == 2 and "tutela guard setup" in person.err
    person.set_up()
    monkeypatch.setitem(sys.modules, MODULE, None)
    assert person("run") == 3
    assert "environment of its own" in person.err


@pytest.mark.parametrize("address", ["192.168.1.2", "10.0.0.1", "127.0.0.1", "fd00::1"])
def test_a_gateway_listens_on_an_address_of_a_private_network(address: str) -> None:
    assert guard_run.own_address(address) == address


@pytest.mark.parametrize("address", ["0.0.0.0", "8.8.8.8", "172.32.0.1", "::", "2001:db8::1"])
def test_it_is_no_proxy_for_strangers(person: Person, guard: Guard, address: str) -> None:
    person.set_up()
    assert person("run", "--listen", address) == 2 and "private network" in person.err


def test_what_is_no_address_is_told(person: Person, guard: Guard) -> None:
    person.set_up()
    assert person("run", "--listen", "everywhere") == 2 and "--listen" in person.err
