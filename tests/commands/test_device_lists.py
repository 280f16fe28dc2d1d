from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.list_calls import csv_file
from tutela.commands.device_lists import open_source, own_party, read_proposal, read_small, write_whole
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.signing.signing_keys import new_key, write_key


def test_an_organisation_speaks_with_its_key(tmp_path: Path) -> None:
    write_key(tmp_path, new_key("north"))
    party, key = own_party(organisation="North", jurisdiction="DE", name="north", keys_folder=tmp_path)
    assert party.key == key.private.public_key().public_bytes_raw()
    with pytest.raises(Invalid, match="country"):
        own_party(organisation="North", jurisdiction="XX", name="north", keys_folder=tmp_path)
    with pytest.raises(Refused, match="no key of south"):
        own_party(organisation="North", jurisdiction="DE", name="south", keys_folder=tmp_path)


def test_a_list_of_another_format_is_imported_first(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="tutela list import"):
        open_source(csv_file(tmp_path, "x"))


def test_small_files_only(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", b"abc")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
    assert read_small(tmp_path / "x", 3) == b"abc"
    for name, most in (("x", 2), ("y", 3)):
        with pytest.raises(Invalid, match="no such file"):
            read_small(tmp_path / name, most)
    with pytest.raises(Invalid, match="proposal"):
        read_proposal(tmp_path / "x")
    with pytest.raises(Unavailable, match="could not be written"):
        write_whole(tmp_path / "none" / "x", b"")
