"""Whose copy turned up: found in lists and in any text, counted by recipient and list, no value told."""

from __future__ import annotations

import base64
import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.service.feed_making import header_of, md5_value, pdq_value
from tutela.detect.matching.live_writer import create_live
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.tlist import write_list
from tutela.detect.service import leaks
from tutela.detect.service.canary import KEY_FILE, KINDS, PER_KIND, Canaries, open_key
from tutela.detect.service.deliveries import FOLDER, Deliveries, Delivery
from tutela.detect.service.leaks import suspects, trace, written_values
from tutela.kernel.errors import Invalid, Refused, Unavailable


def give(folder: Path, recipient: str, *lists: str) -> None:
    """Puts on record that the recipient fetched these lists."""
    page = Delivery(
        time="2026-05-01T12:00:00Z", recipient=recipient, token="cal_1", purpose="a test", lists=lists,
        values=1, withdrawn=0, start=10, last=True,
    )  # fmt: skip
    (folder / FOLDER).mkdir(exist_ok=True)
    Deliveries(folder / FOLDER).record(page)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a key, from which two recipients got lists."""
    folder = tmp_path / "match"
    folder.mkdir()
    open_key(folder)
    give(folder, "partner", "known")
    give(folder, "forum", "known", "own")
    return folder


def canaries(data: Path, recipient: str, name: str) -> list[bytes]:
    made = Canaries(key=open_key(data))
    return [value for kind in KINDS for value in made.values(recipient, name, kind)]


def entries() -> list[bytes]:
    return [pdq_value(number) for number in range(20)] + [md5_value(number) for number in range(20)]


def as_csv(values: list[bytes]) -> bytes:
    return b"type;value\r\n" + b"".join(b"x;%s;\r\n" % value.hex().upper().encode() for value in values)


def as_json(values: list[bytes]) -> bytes:
    return json.dumps([{"hashValue": value.hex(), "tags": ["csam"]} for value in values]).encode()


def as_base64(values: list[bytes]) -> bytes:
    return b"\n".join(base64.b64encode(value) for value in values)


def as_sql(values: list[bytes]) -> bytes:
    return b"".join(b"INSERT INTO h VALUES (E'\\\\x%s');" % value.hex().encode() for value in values)


def as_wide(values: list[bytes]) -> bytes:
    return "\n".join(value.hex() for value in values).encode("utf-16")


@pytest.mark.parametrize("written", [as_csv, as_json, as_base64, as_sql, as_wide])
def test_a_copy_is_traced_however_its_values_are_written(
    data: Path, tmp_path: Path, written: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = entries() + canaries(data, "forum", "own")
    random.Random(3).shuffle(values)
    (tmp_path / "copy").write_bytes(written(values))  # type: ignore[operator]  # one of the writers above
    for piece_bytes in (1 << 20, 50):
        monkeypatch.setattr(leaks, "_PIECE_BYTES", piece_bytes)
        found = trace(tmp_path / "copy", data)
        assert (found.values, found.met) == (len(values), {"forum": {"own": 2 * PER_KIND}})


@pytest.mark.parametrize("live", [False, True])
def test_a_copy_as_a_list_of_ours_is_traced(data: Path, tmp_path: Path, *, live: bool) -> None:
    values = [pdq_value(1), *canaries(data, "partner", "known")]
    rows = [
        ListEntry(entry=f"e{number}", kind="pdq" if len(value) == 32 else "md5", value=value)
        for number, value in enumerate(values)
    ]
    if live:
        create_live(tmp_path / "copy", header_of("copy"), rows).close()
    else:
        write_list(tmp_path / "copy", header_of("copy"), rows)
    assert trace(tmp_path / "copy", data).met == {"partner": {"known": 2 * PER_KIND}}


def test_copies_put_together_name_everybody_the_most_met_first(data: Path, tmp_path: Path) -> None:
    values = canaries(data, "partner", "known")[:3] + canaries(data, "forum", "known")[:4]
    (tmp_path / "copy").write_bytes(as_csv([*values, *values, *canaries(data, "forum", "own")[:1]]))
    found = trace(tmp_path / "copy", data)
    assert list(found.met.items()) == [("forum", {"known": 4, "own": 1}), ("partner", {"known": 3})]
    assert found.values == 15


def test_values_without_canaries_are_nobodys(data: Path, tmp_path: Path) -> None:
    foreign = Canaries(key=bytes(32)).values("partner", "known", "pdq")
    (tmp_path / "copy").write_bytes(as_csv([*entries(), *foreign, *canaries(data, "stranger", "known")]))
    assert trace(tmp_path / "copy", data).met == {}


def test_what_cannot_be_traced_is_said(data: Path, tmp_path: Path) -> None:
    (tmp_path / "packed").write_bytes(b"PK\x03\x04 nothing in it, and a SHA-1: " + b"0a" * 20)
    with pytest.raises(Invalid, match="unpack"):
        trace(tmp_path / "packed", data)
    with pytest.raises(Invalid, match="no such file"):
        trace(tmp_path / "nowhere", data)
    (data / FOLDER / "deliveries.jsonl").unlink()
    with pytest.raises(Refused, match="ever given"):
        trace(tmp_path / "packed", data)


def test_without_the_key_it_is_said_where_it_has_to_be_and_none_is_drawn(data: Path) -> None:
    (data / KEY_FILE).unlink()
    with pytest.raises(Invalid, match=r"feed\.key.*TUTELA_HOME"):
        suspects(data)
    assert not (data / KEY_FILE).exists()
    (data / KEY_FILE).write_bytes(b"short")
    with pytest.raises(Unavailable, match="damaged"):
        suspects(data)


_VALUE = st.sampled_from([16, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size))


@given(st.lists(st.tuples(_VALUE, st.sampled_from([b" ", b"\n", b'","', b"=>", b"; "]))))
def test_written_values_come_back_in_order(parts: list[tuple[bytes, bytes]]) -> None:
    text = b"".join(value.hex().encode() + after for value, after in parts)
    assert list(written_values(io.BytesIO(text))) == [value for value, _ in parts]


@given(st.binary(max_size=500))
def test_no_file_is_a_fault(content: bytes) -> None:
    assert {len(value) for value in written_values(io.BytesIO(content))} <= {16, 32}


@pytest.mark.parametrize("digits", [31, 33, 40, 63, 65, 128])
def test_digits_of_another_number_are_no_value(digits: int) -> None:
    assert list(written_values(io.BytesIO(b"a" * digits))) == []
