from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tutela.commands.list_reading import make_options, pick_format
from tutela.commands.progress_bar import silent
from tutela.kernel.errors import Invalid

NOTHING: dict[str, Any] = {
    "kind": None,
    "mapping": (),
    "delimiter": None,
    "encoding": None,
    "environment": None,
    "vics_profile": None,
    "vics_table": None,
}
SALT = bytes(32)


def options(**chosen: Any) -> Any:
    return make_options(SALT, silent, known_good=False, salt_of_file=False, **NOTHING | chosen)


def test_columns_are_split_at_the_last_equals_sign() -> None:
    assert options(mapping=("A = B=md5", " x =note")).columns == {"A = B": "md5", "x": "note"}


@pytest.mark.parametrize("mapping", ["MD5", "MD5=", "=md5"])
def test_a_mapping_without_two_sides_is_invalid(mapping: str) -> None:
    with pytest.raises(Invalid, match="COLUMN=FIELD"):
        options(mapping=(mapping,))


def test_a_tab_may_be_written_as_such() -> None:
    assert options(delimiter="\\t").delimiter == "\t"


def test_a_wrong_table_is_invalid(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[", "utf-8")
    with pytest.raises(Invalid, match=r"own.toml"):
        options(vics_table=tmp_path / "own.toml")


@pytest.mark.parametrize(
    ("content", "chosen", "wanted"),
    [
        ("words\n", {"kind": "text"}, "text"),
        ("words\n", {}, "csv"),
        ("kind,value\n", {"kind": "md5"}, "csv"),
        ("Hash\n", {"kind": "md5", "mapping": ("Hash=value",)}, "csv"),
        ("words\n", {"format_name": "jsonl"}, "jsonl"),
    ],
)
def test_a_kind_without_a_column_for_values_means_plain_lines(
    tmp_path: Path, content: str, chosen: dict[str, Any], wanted: str
) -> None:
    (tmp_path / "list").write_text(content, "utf-8")
    assert pick_format(tmp_path / "list", **{"format_name": None, "kind": None} | chosen) == wanted
