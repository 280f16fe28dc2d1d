from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.listings import OPTIONS, SALT
from tutela.detect.matching.readers.options import ReadOptions
from tutela.detect.matching.readers.profiles import load_profile, parse_profiles, profile_of, shipped_profiles
from tutela.kernel.taxonomy import scheme

GOOD: dict[str, Any] = {
    "scheme": "own",
    "categories": {"1": {"use": "listed", "severity": 1, "class": "csam"}},
}


def test_the_shipped_table_agrees_with_the_taxonomy() -> None:
    shipped_profiles.cache_clear()
    profile = shipped_profiles()["US"]
    assert {str(code) for code in profile.rows} == {value.value for value in scheme(profile.scheme).values}
    assert {code: row.use for code, row in profile.rows.items()} == {
        0: "left out",
        1: "listed",
        2: "listed",
        3: "listed",
        4: "left out",
        5: "good",
    }


def test_a_profile_without_table_is_refused_with_the_way_out() -> None:
    for name in ("CUSTOM", "UK", ""):
        with pytest.raises(ValueError, match="--vics-profile"):
            profile_of(name, OPTIONS)


def test_the_caller_may_name_the_profile_or_give_the_table(tmp_path: Path) -> None:
    assert profile_of("CUSTOM", ReadOptions(salt=SALT, profile="US")).name == "US"
    file = tmp_path / "own.toml"
    file.write_text('[OWN]\nscheme = "own"\n[OWN.categories]\n7 = {use = "listed", severity = 2}\n', "utf-8")
    table = load_profile(file)
    assert profile_of("CUSTOM", ReadOptions(salt=SALT, profile_table=table)).rows[7].use == "listed"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "profile X: scheme and a table"),
        ("text", "profile X: scheme and a table"),
        (GOOD | {"scheme": 1}, "profile X"),
        (GOOD | {"categories": {"256": GOOD["categories"]["1"]}}, "category 256"),
        (GOOD | {"categories": {"a": GOOD["categories"]["1"]}}, "category a"),
        (GOOD | {"categories": {"1": {"use": "burn", "severity": 1}}}, "category 1: use"),
        (GOOD | {"categories": {"1": {"use": "good", "severity": "high"}}}, "category 1: use"),
        (GOOD | {"categories": {"1": 5}}, "category 1: use"),
        (GOOD | {"categories": {"1": {"use": "listed", "severity": 1, "class": "x"}}}, "class must be"),
    ],
)
def test_a_wrong_table_is_named(table: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_profiles({"X": table})


def test_a_supplied_file_holds_one_table(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("", "utf-8")
    with pytest.raises(ValueError, match="holds 0 profiles"):
        load_profile(file)
    file.write_text("[", "utf-8")
    with pytest.raises(ValueError, match=r"own.toml"):
        load_profile(file)
