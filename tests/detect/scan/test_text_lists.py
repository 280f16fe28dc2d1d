"""Text lists on the fly: any format, versioned by content, a wrong line named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.detect.matching.making import header
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.keywords import keyword_print
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.writers import json_lines
from tutela.detect.scan.text_lists import open_text_list
from tutela.kernel.errors import Invalid

MD5, SHA256 = "0b" * 16, "0c" * 32


def _written(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("bank.csv", f"kind,value\nmd5,{MD5}\n", "md5"),
        ("bank.jsonl", f'{{"kind": "sha256", "value": "{SHA256}"}}\n', "sha256"),
        ("bank.txt", f"{MD5}\n{'0d' * 16}\n", "md5"),
        ("bank.pdq", f"{SHA256}\n", "pdq"),
        ("bank.sha256", f"{SHA256}\n", "sha256"),
    ],
)
def test_every_format_is_asked_like_a_list_file(tmp_path: Path, name: str, text: str, kind: str) -> None:
    opened = open_text_list(_written(tmp_path, name, text))
    value = bytes.fromhex(MD5 if kind == "md5" else SHA256)
    quality = 100 if kind == "pdq" else None
    (match,) = MatchEngine([opened]).lookup(
        [Fingerprint(kind=kind, value=value, form="f0/r0", quality=quality)]
    )
    assert (match.list, match.kind) == ("bank", kind)
    assert match.version == opened.version


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    first = open_text_list(_written(tmp_path, "a.csv", f"kind,value\nmd5,{MD5}\n")).version
    second = open_text_list(_written(tmp_path, "a.csv", f"kind,value\nmd5,{'0e' * 16}\n")).version
    assert first != second
    assert len(first) == 12


def test_a_wrong_line_is_named_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="line 3"):
        open_text_list(_written(tmp_path, "a.csv", f"kind,value\nmd5,{MD5}\nmd5,zz\n"))


def test_64_digits_without_a_kind_are_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="pdq or sha256"):
        open_text_list(_written(tmp_path, "bank.txt", f"{SHA256}\n"))


def test_an_empty_list_knows_nothing(tmp_path: Path) -> None:
    opened = open_text_list(_written(tmp_path, "a.csv", "kind,value\n"))
    assert MatchEngine([opened]).lookup([Fingerprint(kind="md5", value=bytes(16))]) == []


def test_keyed_digests_of_an_export_are_used_with_the_salt_that_it_states(tmp_path: Path) -> None:
    salt = bytes(range(32))
    stated = header(name="words", salt=salt)
    keyed = keyword_print("holiday", salt)
    with (tmp_path / "words.jsonl").open("w") as file:
        json_lines.write(stated, [ListEntry(entry="w", kind="text", value=keyed)], file)
    opened = open_text_list(tmp_path / "words.jsonl")
    (match,) = MatchEngine([opened]).lookup([Fingerprint(kind="text", value=keyed)])
    assert (match.list, match.entry) == ("words", "w")
