"""Places to listen at: read, written, and whether one is free."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.errors import Conflict, Invalid
from tutela.processes.listening import PORT_MAX, Address, check_free, parse_address

HOSTS = st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(str) | st.just("localhost")


@given(HOSTS, st.integers(0, PORT_MAX))
def test_an_address_comes_back(host: str, port: int) -> None:
    assert parse_address(str(Address(host=host, port=port))) == Address(host=host, port=port)


@pytest.mark.parametrize("text", ["", "8700", ":8700", "[]:1", "a:b", "a:65536", "a:-1", "a:٣", "a:"])
def test_what_is_none_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(Invalid) as told:
        parse_address(text, field="hotline.public_listen")
    assert told.value.field == "hotline.public_listen"


def test_a_taken_port_is_a_conflict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address(host="127.0.0.1", port=taken.getsockname()[1])
        with pytest.raises(Conflict):
            check_free(address)
    check_free(address)
