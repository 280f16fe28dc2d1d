"""A socket stands where its folder is, however deep that lies."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tutela.kernel.channels.places import PATH_BYTES_MAX, connected, short_name


@pytest.mark.parametrize("deep", [0, PATH_BYTES_MAX])
def test_a_listener_is_met_however_deep_it_stands(tmp_path: Path, deep: int) -> None:
    folder = tmp_path / ("d" * deep) if deep else tmp_path
    folder.mkdir(exist_ok=True)
    path = folder / "one.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        with short_name(path) as name:
            listener.bind(name)
        listener.listen()
        connected(path, 1.0).close()


def test_where_nobody_listens_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        connected(tmp_path / "none.sock", 1.0)
