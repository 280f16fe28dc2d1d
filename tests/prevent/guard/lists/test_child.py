"""One process with one list, started for real."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.detect.matching.bundles.making import NOW, PDQ, PRINTS_KEY, SHA256, TRUST, sealed
from tests.detect.matching.making import value
from tutela.detect.matching.bundles.trust import render_trust
from tutela.detect.media import lockdown
from tutela.kernel.errors import Invalid
from tutela.prevent.guard.lists import child as module
from tutela.prevent.guard.lists import frames
from tutela.prevent.guard.lists.child import Child, ChildGoneError, gone
from tutela.prevent.guard.lists.frames import Order
from tutela.prevent.guard.lists.shapes import Digests

NO_PRINTS = np.empty((0, 32), np.uint8)
FILE = sealed()
linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")


def order(bundle: bytes = FILE) -> Order:
    return Order(now=NOW, trust=render_trust(TRUST), prints_key=PRINTS_KEY, bundle=bundle)


@pytest.fixture
def child() -> Iterator[Child]:
    one = Child()
    yield one
    one.end()


class Pretending:
    """Stands where a process would be, and says what it is told to."""

    def __init__(self, child: Child, said: bytes) -> None:
        child._ours.close()
        child._ours, self._theirs = socket.socketpair()
        self._theirs.sendall(said)

    def leave(self) -> None:
        self._theirs.close()


def test_it_opens_answers_and_ends(child: Child) -> None:
    opened = child.open(order())
    assert opened.header.content.name == "sample for devices"
    assert opened.missing_layers == lockdown.support().missing
    assert child.ask(Digests(sha256=SHA256[0]), NO_PRINTS) == "exact"
    assert child.ask(Digests(), np.frombuffer(PDQ[0], np.uint8)[None]) == "near"
    assert child.ask(Digests(sha256=value(1)), NO_PRINTS) is None
    assert child._process.poll() is None
    child.end()
    child.end()
    assert not child.alive
    with pytest.raises(ChildGoneError):
        child.ask(Digests(), NO_PRINTS)


def test_a_refusal_arrives_as_it_was_said(child: Child) -> None:
    with pytest.raises(Invalid, match="cut off"):
        child.open(order(FILE[:-1]))


@linux
def test_the_process_gave_up_what_it_could(child: Child) -> None:
    child.open(order())
    status = Path(f"/proc/{child.pid}/status").read_text()
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert facts["NoNewPrivs"] == "1"
    if lockdown.support().seccomp:
        assert facts["Seccomp"] == "2"
    limits = Path(f"/proc/{child.pid}/limits").read_text()
    assert "Max file size             0                    0" in limits
    assert "Max data size             738197504" in limits


@linux
def test_the_key_is_in_no_argument_and_no_environment(child: Child) -> None:
    child.open(order())
    folder = Path(f"/proc/{child.pid}")
    told = (folder / "cmdline").read_bytes()
    assert PRINTS_KEY not in told and PRINTS_KEY.hex().encode() not in told


def test_a_killed_process_is_gone(child: Child) -> None:
    child.open(order())
    child._process.kill()
    with pytest.raises(ChildGoneError):
        child.ask(Digests(sha256=SHA256[0]), NO_PRINTS)
    assert not child.alive


def test_a_process_that_does_not_answer_in_time_is_ended(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ASK_SECONDS", 0.05)
    pretending = Pretending(child, b"")
    began = time.monotonic()
    with pytest.raises(ChildGoneError):
        child.ask(Digests(), NO_PRINTS)
    assert time.monotonic() - began < 5
    assert not child.alive
    pretending.leave()


@pytest.mark.parametrize(
    "said",
    [
        frames.render_message(frames.ANSWER, b"\7"),
        frames.render_message(frames.OPENED, b"\1"),
        frames.HEAD.pack(frames.ANSWER, 1 << 30),
    ],
)
def test_an_answer_of_another_shape_is_none(child: Child, said: bytes) -> None:
    pretending = Pretending(child, said)
    with pytest.raises(ChildGoneError):
        child.ask(Digests(), NO_PRINTS)
    pretending.leave()


@pytest.mark.parametrize(
    "said",
    [
        frames.render_message(frames.ANSWER, b"\0"),
        frames.render_message(frames.OPENED, b""),
        frames.render_message(frames.OPENED, b"\7{}"),
        frames.render_message(frames.REFUSED, b"\7"),
    ],
)
def test_a_process_that_says_something_else_opened_nothing(child: Child, said: bytes) -> None:
    pretending = Pretending(child, said)
    with pytest.raises(ChildGoneError):
        child.open(order())
    pretending.leave()


def test_there_is_a_sentence_for_the_person() -> None:
    assert "started again" in gone().message
