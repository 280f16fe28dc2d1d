"""Writes the bill of materials: ``python -m tools.sbom [FILE]``, CycloneDX 1.6 as JSON.

It lists what ``requirements/run.txt`` pins, each with the SHA-256 of every file that pip may take for it, and
the C source of tutela's own kernel. The same sources give the same bytes: there is no time in it unless
``SOURCE_DATE_EPOCH`` is set (reproducible-builds.org), and its serial number is drawn from its contents.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tutela import __version__

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements" / "run.txt"
LICENCES = ROOT / "tools" / "sbom_licences.toml"
TARGET = ROOT / "build" / f"tutela-{__version__}.cdx.json"
_OURS = "Apache-2.0"
#: Stands in for the serial number while the contents it is drawn from are rendered.
_NIL = uuid.UUID(int=0)
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.+?))? --hash")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """One pinned package: for which machines (``marker``, empty: all), and the hashes of its files."""

    name: str
    version: str
    marker: str
    sha256: tuple[str, ...]


def pins(text: str) -> list[Pin]:
    """What a locked requirements file pins. Raises ValueError for a line that is not a pin with hashes."""
    lines = text.replace("\\\n", " ").splitlines()
    return [_pin(" ".join(line.split())) for line in lines if line.strip() and not line.startswith("#")]


def _pin(line: str) -> Pin:
    found = _PIN.match(line)
    if found is None:
        raise ValueError(f"not a pin with hashes: {line[:60]}")
    return Pin(
        name=found["name"],
        version=found["version"],
        marker=found["marker"] or "",
        sha256=tuple(_HASH.findall(line)),
    )


def _packages(found: Iterable[Pin]) -> Iterator[Component]:
    """Raises KeyError for a package whose licence nobody looked up."""
    said = tomllib.loads(LICENCES.read_text(encoding="utf-8"))
    for pin in found:
        purl = PackageURL(type="pypi", name=pin.name, version=pin.version)
        notes = {"marker": pin.marker, "bundles": said["bundles"].get(pin.name, "")}
        yield Component(
            type=ComponentType.LIBRARY,
            name=pin.name,
            version=pin.version,
            purl=purl,
            bom_ref=purl.to_string(),
            licenses=[LicenseExpression(said["licences"][pin.name])],
            hashes=_hashes(pin.sha256),
            properties=[Property(name=f"tutela:{name}", value=text) for name, text in notes.items() if text],
        )


def _sources() -> Iterator[Component]:
    """The C files that are compiled when tutela is installed."""
    for path in sorted((ROOT / "native").glob("*.[ch]")):
        name = f"native/{path.name}"
        yield Component(
            type=ComponentType.FILE,
            name=name,
            version=__version__,
            bom_ref=f"tutela/{name}",
            licenses=[LicenseExpression(_OURS)],
            hashes=_hashes([hashlib.sha256(path.read_bytes()).hexdigest()]),
        )


def _hashes(sha256: Iterable[str]) -> list[HashType]:
    return [HashType(alg=HashAlgorithm.SHA_256, content=one) for one in sha256]


def bill(text: str) -> str:
    """The bill of materials for the locked requirements ``text``, as JSON with a line feed at its end."""
    purl = PackageURL(type="pypi", name="tutela", version=__version__)
    ours = Component(
        type=ComponentType.APPLICATION,
        name="tutela",
        version=__version__,
        purl=purl,
        bom_ref=purl.to_string(),
        licenses=[LicenseExpression(_OURS)],
    )
    components = [*_packages(pins(text)), *_sources()]
    bom = Bom(components=components, metadata=BomMetaData(component=ours), serial_number=_NIL)
    bom.metadata.timestamp = _built()  # type: ignore[assignment]  # the schema does not ask for one
    bom.register_dependency(ours, components)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, _json(bom))
    return _json(bom) + "\n"


def _json(bom: Bom) -> str:
    return JsonV1Dot6(bom).output_as_string(indent=1)


def _built() -> datetime | None:
    """The time in ``SOURCE_DATE_EPOCH`` (seconds since 1970), or none."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


def main(arguments: list[str]) -> int:
    """Writes the file; returns 0."""
    target = Path(arguments[0]) if arguments else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    text = bill(PINS.read_text(encoding="utf-8"))
    target.write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {target}: {len(pins(PINS.read_text(encoding='utf-8')))} packages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
