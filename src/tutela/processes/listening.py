"""A place to listen at, as the settings write it: ``127.0.0.1:8700``, ``[::1]:8700``."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from tutela.kernel.errors import Conflict, Invalid

#: The largest TCP port (RFC 9293 section 3.1).
PORT_MAX = 65_535


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Host and TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(untrusted_text: str, *, field: str = "address") -> Address:
    """The address that ``str`` wrote. Raises Invalid."""
    host, colon, port = untrusted_text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not colon or not bare or not (port.isascii() and port.isdigit()) or int(port[:9]) > PORT_MAX:
        raise Invalid("an address to listen at is written 127.0.0.1:8700", field=field)
    return Address(host=bare, port=int(port))


def check_free(address: Address) -> None:
    """Return where nobody listens there. Raises Conflict: the server itself would share the port."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            raise Conflict(f"{address} cannot be listened on: {error.strerror}") from error


def free_port(host: str = "127.0.0.1") -> int:
    """A port at which nobody listens at this moment; for demonstrations."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
