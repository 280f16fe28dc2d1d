from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.commands.list_calls import MD5, Caller, csv_file
from tutela.commands.list_header import HEADER_KEYS, make_header
from tutela.detect.matching.tlist import open_list, write_list
from tutela.kernel.errors import Invalid

NOTHING: dict[str, Any] = dict.fromkeys(HEADER_KEYS)


def test_a_header_of_nothing_has_the_defaults_and_a_salt_of_its_own() -> None:
    one, other = make_header("x", **NOTHING), make_header("x", **NOTHING)
    assert (one.thresholds.distance_bits, one.known_good, one.legal_class) == (31, False, "")
    assert len(one.salt) == 32
    assert one.salt != other.salt


def test_what_the_call_says_is_in_the_header() -> None:
    said = NOTHING | {"valid_to": "2026-12-31", "legal_class": "csam", "known_good": True, "quality_min": 60}
    header = make_header("x", **said)
    assert header.valid_to == datetime(2027, 1, 1, tzinfo=UTC)
    assert (header.legal_class, header.known_good, header.thresholds.quality_min) == ("csam", True, 60)


def test_like_takes_over_salt_and_everything_but_the_version(tmp_path: Path) -> None:
    base = make_header(
        "old",
        **NOTHING
        | {"law": "L", "version": "1", "distance_bits": 20, "approved": True, "device_perceptual": True},
    )
    write_list(tmp_path / "old.tlist", base, ())
    header = make_header("new", **NOTHING | {"like": tmp_path / "old.tlist", "law": "M"})
    assert (header.name, header.law, header.approved, header.salt) == ("new", "M", True, base.salt)
    assert header.thresholds.distance_bits == 20
    assert header.version != "1"


def test_like_keeps_ids_from_one_version_to_the_next(call: Caller, tmp_path: Path) -> None:
    first, second = tmp_path / "1.tlist", tmp_path / "2.tlist"
    rows = [f"md5,{MD5[0]},,", "url,http://site.example/,,"]
    call("import", csv_file(tmp_path, *rows), "-o", first)
    call("import", csv_file(tmp_path, *rows, f"md5,{MD5[1]},,"), "-o", second, "--like", first)
    old, new = ({entry.entry for entry in open_list(path).entries()} for path in (first, second))
    assert old < new
    assert call.json("diff", first, second)["added"] == {"md5": 1}


@pytest.mark.parametrize("said", [{"film_target_percent": 120.0}, {"legal_class": "x"}, {"valid_to": "x"}])
def test_a_header_that_cannot_be_is_invalid(said: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        make_header("x", **NOTHING | said)
    assert "list header" in caught.value.public_message()
