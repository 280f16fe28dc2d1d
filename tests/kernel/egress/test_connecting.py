"""A connection to judged literals only, within a deadline; certificates of the system."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.kernel.egress.speaking import authority, ok, speaker
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.egress.connecting import (
    ATTEMPTS_MAX,
    connected,
    context_trusting,
    deadline_after,
    minding_ends,
    verified_context,
    verifying,
)
from tutela.kernel.errors import Invalid


def test_a_deadline_is_what_is_left_and_then_an_error() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    deadline = deadline_after(clock, 10)
    assert deadline.left_seconds() == 10
    assert deadline.left_seconds(3) == 3
    clock.advance(9)
    assert deadline.left_seconds(3) == 1
    clock.advance(1)
    with pytest.raises(TimeoutError):
        deadline.left_seconds()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_first_address_that_takes_it_is_met(host: str) -> None:
    with speaker(ok(), host=host, hear=None) as there:
        opened, met = connected(
            ("127.0.0.2", host), there.port, deadline_after(SystemClock(), 5), connect_seconds=1
        )
        with opened:
            assert met == opened.getpeername()[0] == host
            assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_more_addresses_than_agreed_are_tried() -> None:
    with speaker(ok(), hear=None) as there:
        addresses = (*("127.0.0.2",) * ATTEMPTS_MAX, "127.0.0.1")
        with pytest.raises(OSError, match="refused"):
            connected(addresses, there.port, deadline_after(SystemClock(), 5), connect_seconds=1)


def test_without_an_address_or_time_there_is_no_connection() -> None:
    with pytest.raises(OSError, match="no address"):
        connected((), 1, deadline_after(SystemClock(), 5), connect_seconds=1)
    with pytest.raises(TimeoutError):
        connected(("127.0.0.1",), 1, deadline_after(SystemClock(), 0), connect_seconds=1)


def test_the_context_verifies_and_logs_no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", f"{tmp_path}/keys")
    context = verified_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.keylog_filename is None


def test_no_context_takes_an_end_without_farewell_for_a_whole_answer() -> None:
    older = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    older.options |= ssl.OP_IGNORE_UNEXPECTED_EOF  # what Python before 3.11.4 begins with
    assert not minding_ends(older).options & ssl.OP_IGNORE_UNEXPECTED_EOF
    assert not verified_context().options & ssl.OP_IGNORE_UNEXPECTED_EOF


def test_a_context_that_would_take_any_host_is_refused() -> None:
    whole, nameless, blind = verified_context(), verified_context(), verified_context()
    nameless.check_hostname = blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    assert verifying(whole) is whole
    for context in (nameless, blind):
        with pytest.raises(ValueError, match="certificate"):
            verifying(context)


def test_an_authority_of_a_file_is_believed_beside_those_of_the_machine(tmp_path: Path) -> None:
    field, own = "room.certificates", tmp_path / "own.pem"
    (certificate,) = authority("mail.test")[1].get_ca_certs(binary_form=True)
    own.write_text(ssl.DER_cert_to_PEM_cert(certificate))
    alone = context_trusting("", field=field).get_ca_certs(binary_form=True)
    beside = context_trusting(str(own), field=field)
    assert certificate not in alone and beside.check_hostname
    assert {*alone, certificate} == set(beside.get_ca_certs(binary_form=True))
    (tmp_path / "none.pem").write_text("nothing")
    for name in ("none.pem", "missing.pem"):
        with pytest.raises(Invalid) as refused:
            context_trusting(str(tmp_path / name), field=field)
        assert refused.value.field == field
