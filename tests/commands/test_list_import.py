from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.list_calls import MD5, Caller, csv_file
from tests.shared_folder import shared
from tutela.detect.matching.tlist import open_list


def test_a_csv_list_is_imported_and_told_in_counts(call: Caller, tmp_path: Path) -> None:
    file = csv_file(tmp_path, f"md5,{MD5[0]},a,csam", f"md5,{MD5[1]},b,")
    told = call.json(
        "import", file, "-o", tmp_path / "x.tlist", "--source", "P", "--law", "L", "--threshold", "20"
    )
    assert told == {
        "list": str(tmp_path / "x.tlist"),
        "format": "csv",
        "entries": 2,
        "values": 2,
        "kinds": {"md5": 2},
        "disputed": 0,
        "duplicates": 0,
        "remarks": [],
    }
    header = open_list(tmp_path / "x.tlist").header
    assert (header.name, header.source, header.law) == ("list", "P", "L")
    assert header.thresholds.distance_bits == 20
    assert header.version.endswith("Z")


def test_duplicates_and_contradictions_are_told_and_kept(call: Caller, tmp_path: Path) -> None:
    rows = f"md5,{MD5[0]},a,csam", f"md5,{MD5[0]},b,exploitative", f"md5,{MD5[1]},c,", f"md5,{MD5[1]},d,"
    assert call("import", csv_file(tmp_path, *rows), "-o", tmp_path / "x.tlist") == 0
    assert "2 values contradict each other; all were kept, marked disputed" in call.out
    assert "2 values occur more than once" in call.out
    assert "4 entries, 4 values (md5 4)" in call.out


def test_a_wrong_line_is_named_and_no_list_is_written(call: Caller, tmp_path: Path) -> None:
    file = csv_file(tmp_path, f"md5,{MD5[0]},a,csam", "md5,oops,b,csam")
    assert call("import", file, "-o", tmp_path / "x.tlist") == 2
    assert "line 3" in call.err
    assert "oops" not in call.err
    assert not (tmp_path / "x.tlist").exists()


def test_foreign_columns_are_mapped(call: Caller, tmp_path: Path) -> None:
    file = csv_file(tmp_path, f"{MD5[0]};{'0c' * 32};A", header="MD5;PDQ Hash;Category")
    words = "--map", "MD5=md5", "--map", "PDQ Hash=pdq", "--map", "Category=category", "--scheme", "uk-iwf"
    assert call.json("import", file, "-o", tmp_path / "x.tlist", *words)["kinds"] == {"md5": 1, "pdq": 1}
    (first, _) = open_list(tmp_path / "x.tlist").entries()
    assert first.category == "A"


@pytest.mark.parametrize(
    ("content", "words", "kinds"),
    [
        (f"{MD5[0]}\n{MD5[1]}\n", ["--kind", "md5"], {"md5": 2}),
        ("blue-lantern-test\n", ["--kind", "text"], {"text": 1}),
        ("http://site.example/a\nother.example\n", ["--kind", "url"], {"url": 2}),
        (f"value\n{MD5[0]}\n", ["--kind", "md5"], {"md5": 1}),
        (f'{{"kind": "md5", "value": "{MD5[0]}"}}\n', [], {"md5": 1}),
        ("kind,value\n", [], {}),
        (f"Hash\n{MD5[0]}\n", ["--kind", "md5", "--map", "Hash=value"], {"md5": 1}),
    ],
)
def test_formats_are_found_out(
    call: Caller, tmp_path: Path, content: str, words: list[str], kinds: dict[str, int]
) -> None:
    file = tmp_path / "given"
    file.write_text(content, "utf-8")
    assert call.json("import", file, "-o", tmp_path / "x.tlist", *words)["kinds"] == kinds


def test_samples_of_partners_are_imported(call: Caller, tmp_path: Path) -> None:
    samples = shared("standards", "samples")
    told = call.json(
        "import", samples / "ncmec-hash-entries.xml", "-o", tmp_path / "n.tlist", "--environment", "NGO"
    )
    assert (told["format"], told["entries"]) == ("ncmec", 2)
    vics = samples / "vics-2.0-hashset.json"
    assert call("import", vics, "-o", tmp_path / "v.tlist") == 2
    assert "--vics-profile" in call.err
    told = call.json("import", vics, "-o", tmp_path / "v.tlist", "--vics-profile", "US", "--known-good")
    assert told["kinds"] == {"md5": 1, "sha1": 1, "pdq": 1}


def test_the_reference_data_set_is_known_good_by_itself(call: Caller, tmp_path: Path) -> None:
    header = '"SHA-1","MD5","CRC32","FileName"'
    file = csv_file(tmp_path, f'"{"0b" * 20}","{MD5[0]}","0","a.dll"', header=header)
    assert call.json("import", file, "-o", tmp_path / "x.tlist")["format"] == "nsrl"
    assert open_list(tmp_path / "x.tlist").header.known_good


def test_an_export_comes_back_with_its_header(call: Caller, tmp_path: Path) -> None:
    file = csv_file(tmp_path, f"md5,{MD5[0]},a,csam", "url,http://site.example/a,b,")
    call("import", file, "-o", tmp_path / "x.tlist", "--name", "mine", "--version", "7", "--law", "L")
    call(
        "export",
        tmp_path / "x.tlist",
        "-o",
        tmp_path / "x.jsonl",
        "--format",
        "jsonl",
        "--recipient",
        "R",
        "--purpose",
        "P",
    )
    assert call("import", tmp_path / "x.jsonl", "-o", tmp_path / "y.tlist") == 0
    header = open_list(tmp_path / "y.tlist").header
    assert (header.name, header.version, header.law) == ("mine", "7", "L")
    assert call.json("diff", tmp_path / "x.tlist", tmp_path / "y.tlist")["same"]


def test_several_files_are_one_list(call: Caller, tmp_path: Path) -> None:
    files = [csv_file(tmp_path, f"md5,{MD5[n]},,", name=f"{n}.csv") for n in range(3)]
    assert call.json("import", *files, "-o", tmp_path / "x.tlist")["values"] == 3
    assert open_list(tmp_path / "x.tlist").header.name == "0"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--class", "copyright"], "class must be one of"),
        (["--threshold", "200"], "distance_bits"),
        (["--valid-to", "soon"], "ISO 8601"),
        (["--map", "MD5"], "COLUMN=FIELD"),
        (["--delimiter", "::"], "--delimiter"),
        (["--vics-table", "none.toml"], "no such file"),
        (["--like", "none.tlist"], "there is no such list"),
        (["--encoding", "klingon"], "no encoding"),
        (["--format", "pst"], "pst"),
    ],
)
def test_a_wrong_option_is_named(call: Caller, tmp_path: Path, words: list[str], said: str) -> None:
    file = csv_file(tmp_path, f"md5,{MD5[0]},,")
    assert call("import", file, "-o", tmp_path / "x.tlist", *words) == 2
    assert said in call.err
    assert not (tmp_path / "x.tlist").exists()


def test_a_wrong_header_line_of_an_export_is_named(call: Caller, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"list": {}}\n', "utf-8")
    assert call("import", file, "-o", tmp_path / "x.tlist") == 2
    assert "first line" in call.err


def test_a_missing_file_is_a_wrong_call(call: Caller, tmp_path: Path) -> None:
    assert call("import", tmp_path / "none.csv", "-o", tmp_path / "x.tlist") == 2
    assert "there is no such file" in call.err
