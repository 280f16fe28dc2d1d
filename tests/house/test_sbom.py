from __future__ import annotations

import hashlib
import json
import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.sbom import LICENCES, PINS, ROOT, bill, main, pins

TEXT = PINS.read_text("utf-8")
PINNED = pins(TEXT)


@pytest.fixture(autouse=True)
def no_time_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture
def made() -> dict[str, Any]:
    return dict(json.loads(bill(TEXT)))


def test_the_bill_is_valid_cyclonedx_1_6(made: dict[str, Any]) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(bill(TEXT)) is None
    wrong = validator.validate_str(json.dumps({**made, "serialNumber": "7"}))
    assert wrong is not None, "the validator would say it"


def test_every_pin_stands_in_it_with_all_its_hashes(made: dict[str, Any]) -> None:
    listed = {one["purl"]: one for one in made["components"] if "purl" in one}
    assert len(listed) == len(PINNED) == len(re.findall(r"(?m)^[a-z0-9-]+==", TEXT))
    for pin in PINNED:
        found = listed[f"pkg:pypi/{pin.name}@{pin.version}"]
        assert {one["content"] for one in found["hashes"]} == set(pin.sha256)
        assert pin.sha256
        assert found["licenses"]
    assert sum(len(pin.sha256) for pin in PINNED) == TEXT.count("--hash=sha256:")


def test_the_c_source_of_tutela_stands_in_it(made: dict[str, Any]) -> None:
    files = {one["name"]: one["hashes"] for one in made["components"] if one["type"] == "file"}
    source = sorted((ROOT / "native").glob("*.[ch]"))
    assert source
    assert set(files) == {f"native/{path.name}" for path in source}
    for path in source:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert files[f"native/{path.name}"] == [{"alg": "SHA-256", "content": digest}]


def test_the_same_sources_give_the_same_bytes() -> None:
    assert bill(TEXT) == bill(TEXT)
    assert "timestamp" not in bill(TEXT)


def test_another_pin_gives_another_serial_number(made: dict[str, Any]) -> None:
    other = json.loads(bill(TEXT.replace(PINNED[0].sha256[0], "0" * 64)))
    assert other["serialNumber"] != made["serialNumber"]


def test_the_time_of_a_reproducible_build_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert json.loads(bill(TEXT))["metadata"]["timestamp"] == "1970-01-02T00:00:00+00:00"


def test_no_address_stands_in_it_but_that_of_the_schema() -> None:
    assert re.findall(r"(?:https?|file)://[^\"]*", bill(TEXT)) == [
        "http://cyclonedx.org/schema/bom-1.6.schema.json"
    ]


def test_the_licences_are_those_that_the_packages_state() -> None:
    table = tomllib.loads(LICENCES.read_text("utf-8"))
    lacking = {pin.name for pin in PINNED} - set(table["licences"])
    assert not lacking, "look up their licences for tools/sbom_licences.toml"
    assert set(table["bundles"]) <= set(table["licences"])
    for name, licence in table["licences"].items():
        stated = _stated(name)
        assert not stated or stated == licence, name


def _stated(name: str) -> str:
    """The licence expression of an installed package; empty where it gives none, or is not installed."""
    try:
        return str(metadata.metadata(name).json.get("license_expression", ""))
    except metadata.PackageNotFoundError:
        return ""


@pytest.mark.parametrize("line", ["click==8.5.1", "click>=8 --hash=sha256:" + "0" * 64, "-r other.txt"])
def test_a_line_that_is_no_pin_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a pin"):
        pins(line + "\n")


def test_a_package_without_a_known_licence_is_refused() -> None:
    with pytest.raises(KeyError, match="newcomer"):
        bill("newcomer==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")


def test_the_command_writes_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "below" / "bill.json"
    assert main([str(target)]) == 0
    assert target.read_text("utf-8") == bill(TEXT)
    assert f"{len(PINNED)} packages" in capsys.readouterr().out
