"""The golden data of every release, unpacked for a test."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
#: Every release whose data is kept, oldest first.
RELEASES = sorted(
    (path.name.removeprefix("release-").removesuffix(".json") for path in HERE.glob("release-*.json")),
    key=lambda release: [int(part) for part in release.split(".")],
)


def manifest(release: str) -> dict[str, Any]:
    """What the golden data of a release says about itself."""
    return dict(json.loads((HERE / f"release-{release}.json").read_text("utf-8")))


def unpacked(release: str, folder: Path) -> Path:
    """``folder`` with the golden data of a release in it."""
    with tarfile.open(HERE / f"release-{release}.tar.xz") as packed:
        # Python 3.11.2, which Debian 12 has, does not know the filter; newer ones warn without it.
        how: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        packed.extractall(folder, **how)
    return folder
