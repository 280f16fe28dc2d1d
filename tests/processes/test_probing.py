"""Whether somebody listens."""

from __future__ import annotations

import socket
from pathlib import Path

from tutela.processes.probing import listens_at, listens_on_port


def test_a_port_is_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert listens_on_port("127.0.0.1", port)
    assert not listens_on_port("127.0.0.1", port)


def test_a_unix_socket_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "one.sock"
    assert not listens_at(path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        assert not listens_at(path)
        listener.listen()
        assert listens_at(path)
