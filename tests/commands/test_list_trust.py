from __future__ import annotations

from pathlib import Path

from tests.commands.list_calls import Caller
from tests.detect.matching.bundles.making import NORTH, PUBLISHER, SOUTH, TRUST, sealed
from tutela.detect.matching.bundles.trust import parse_trust


def test_whoever_published_and_approved_is_written_and_printed(call: Caller, tmp_path: Path) -> None:
    path, out = tmp_path / "devices.tdevice", tmp_path / "devices.trust"
    path.write_bytes(sealed())
    assert call("trust", str(path), "-o", str(out)) == 0
    trust = parse_trust(out.read_bytes())
    assert (trust.publishers, set(trust.approvers)) == (TRUST.publishers, set(TRUST.approvers))
    assert trust.number_min == 0
    for house in (PUBLISHER, NORTH, SOUTH):
        assert f"{house.organisation} ({house.jurisdiction}), key " in call.out


def test_what_is_no_device_list_is_refused(call: Caller, tmp_path: Path) -> None:
    path, out = tmp_path / "devices.tdevice", tmp_path / "devices.trust"
    path.write_bytes(b"no list")
    assert call("trust", str(path), "-o", str(out)) == 2
    assert not out.exists()
