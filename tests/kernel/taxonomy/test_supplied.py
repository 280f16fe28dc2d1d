from __future__ import annotations

from pathlib import Path

import pytest

from tutela.kernel.errors import Invalid, Unavailable
from tutela.kernel.taxonomy import supplied
from tutela.kernel.taxonomy.supplied import load_schema

GOOD = """
name = "ucs"
title = "fictional schema"
version = "0"
source = "this test"

[[labels]]
id = "a"
section = "categorisation"
label = "first"
values = ["x", "y"]

[[labels]]
id = "b"
section = "demographic"
label = "second"
parent = "a"
"""


def test_load_schema_reads_labels_with_parents(tmp_path: Path) -> None:
    file = tmp_path / "ucs.toml"
    file.write_text("\ufeff" + GOOD, "utf-8")
    schema = load_schema(file)
    assert [label.id for label in schema.labels] == ["a", "b"]
    assert schema.labels[0].values == ("x", "y")
    assert schema.labels[1].parent == "a"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('parent = "a"', 'parent = "c"', "no parent c"),
        ('id = "b"', 'id = "a"', "twice"),
        ('section = "demographic"', 'section = "other"', "number 2: section"),
        ('label = "second"', "label = 2", "number 2: id and label"),
        ('values = ["x", "y"]', "values = [1]", "number 1: values"),
        ('version = "0"', 'version = ""', "version"),
        ("[[labels]]", "[[names]]", "labels"),
        ('name = "ucs"', "name = ", "ucs.toml"),
    ],
)
def test_load_schema_names_file_and_label(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "ucs.toml"
    file.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(Invalid) as caught:
        load_schema(file)
    assert said in caught.value.public_message()
    assert "ucs.toml" in caught.value.public_message()


def test_load_schema_missing_file_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        load_schema(tmp_path / "none.toml")


def test_load_schema_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplied, "FILE_BYTES_MAX", 3)
    file = tmp_path / "ucs.toml"
    file.write_text(GOOD, "utf-8")
    with pytest.raises(Invalid, match="larger"):
        load_schema(file)
