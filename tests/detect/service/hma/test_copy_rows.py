from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service.hma import copy_rows
from tutela.detect.service.hma.copy_rows import rows


def as_copied(value: str | None) -> str:
    """A value as PostgreSQL's COPY TO writes it (manual, COPY, Text Format)."""
    if value is None:
        return "\\N"
    signs = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
    return "".join(signs.get(sign, sign) for sign in value)


def block(*lines: str, table: str = "t", columns: str = "a, b") -> str:
    return f"COPY public.{table} ({columns}) FROM stdin;\n" + "".join(f"{line}\n" for line in lines) + "\\.\n"


@given(
    cells=st.lists(
        st.tuples(*[st.none() | st.text(st.characters(exclude_categories=["Cs"]))] * 2), max_size=5
    )
)
def test_what_copy_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str | None, ...]]
) -> None:
    path = tmp_path_factory.mktemp("dump") / "dump.sql"
    path.write_bytes(block(*("\t".join(map(as_copied, row)) for row in cells)).encode())
    found = list(rows(path, {"t"}))
    assert [tuple(row.untrusted.values()) for row in found] == cells
    assert [row.line for row in found] == list(range(2, len(cells) + 2))


def test_numbered_signs_quoted_names_and_other_tables(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    quoted = 'COPY "public"."t" ("a", "b") FROM stdin;\n\\101\\x42\\q\t\n\\.\n'
    path.write_text(block("x", columns="z", table="other") + quoted + block("1\t2", table="t2"))
    assert [row.untrusted for row in rows(path, {"t"})] == [{"a": "ABq", "b": ""}]


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_rows, "LINE_BYTES_MAX", 50)
    path = tmp_path / "dump.sql"
    path.write_text(block("x" * 60 + "\ty"))
    with pytest.raises(ValueError, match="line 2: longer"):
        list(rows(path, {"t"}))
