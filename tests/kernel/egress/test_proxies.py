"""A SOCKS proxy is an address and a port."""

from __future__ import annotations

import pytest

from tutela.kernel.egress.proxies import SocksProxy, parse_proxy


def test_an_address_and_a_port_are_read() -> None:
    assert parse_proxy("127.0.0.1:9050") == SocksProxy(address="127.0.0.1", port=9050)
    assert parse_proxy("[::1]:9150") == SocksProxy(address="::1", port=9150)


@pytest.mark.parametrize(
    "text",
    ["", "9050", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", "127.0.0.1:٣", "::1:9050",
     "[127.0.0.1]:9050", "localhost:9050", "socks5://127.0.0.1:9050", "[::1:9050", "127.1:9050"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_proxy(text)
