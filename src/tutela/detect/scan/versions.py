"""Which software made a finding: versions for the report, so that it can be explained later."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from tutela import __version__
from tutela.arithmetic import current_path

#: Distributions that decide what a file looks like or how it is compared.
_PACKAGES = ("numpy", "Pillow", "simplejpeg", "av", "pi-heif", "py7zr", "pytsk3", "libewf-python", "obstore")


def versions_in_use() -> list[tuple[str, str]]:
    """(name, version) of tutela, Python, system and libraries; ``not installed`` where one is absent."""
    return [
        ("tutela", __version__),
        ("Python", platform.python_version()),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("arithmetic", current_path()),
        *((name, _version(name)) for name in _PACKAGES),
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
