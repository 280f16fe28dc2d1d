from __future__ import annotations

from ipaddress import ip_address

import pytest

from tutela.detect.service.doctor.listening import is_loopback, listening
from tutela.detect.service.doctor.processes import Listener

HERE = Listener(address=ip_address("127.0.0.1"), port=8702, inode=1)
EVERYWHERE = Listener(address=ip_address("0.0.0.0"), port=8702, inode=2)


@pytest.mark.parametrize(
    ("host", "listeners", "state"),
    [
        ("127.0.0.1", [], "ok"),
        ("127.0.0.1", [HERE], "ok"),
        ("127.0.0.1", [HERE, EVERYWHERE], "fail"),
        ("0.0.0.0", [EVERYWHERE], "warn"),
        ("match.internal", [], "warn"),
    ],
)
def test_open_beyond_this_machine_must_be_said(host: str, listeners: list[Listener], state: str) -> None:
    assert listening(host, listeners).state == state


def test_what_loopback_is() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "match.internal", "")))
