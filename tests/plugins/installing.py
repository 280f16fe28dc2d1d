"""Example plug-in packages, and a way to have them installed for the length of one test."""

from __future__ import annotations

import importlib
import sys
import tomllib
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent / "tutela_example_hasher"


def install_example(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lays down the metadata that an installer would write and puts the example on the path."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    metadata = folder / "site" / f"tutela_example_hasher-{project['version']}.dist-info"
    metadata.mkdir(parents=True)
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (metadata / "METADATA").write_text(head)
    lines = [
        f"[{group}]\n" + "\n".join(f"{name} = {target}" for name, target in points.items())
        for group, points in project["entry-points"].items()
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(EXAMPLE))
    monkeypatch.syspath_prepend(str(metadata.parent))
    monkeypatch.delitem(sys.modules, "tutela_example_hasher", raising=False)
    importlib.invalidate_caches()
