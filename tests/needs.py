"""What a test may need that a machine may lack. ``TUTELA_REQUIRE=compiler,py313`` makes such a skip fail.

Use ``@pytest.mark.needs("chromium", "pdqhash")``; the names are the keys of ``NEEDS``.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name, path=_path()) for name in names)


def _path() -> str:
    """System folders are searched too: mkfs lives in /usr/sbin, which a plain user's PATH lacks."""
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def _module(name: str) -> Callable[[], bool]:
    return lambda: importlib.util.find_spec(name) is not None


def _modules(*names: str) -> Callable[[], bool]:
    return lambda: all(_module(name)() for name in names)


def _shared() -> bool:
    return (Path(__file__).resolve().parent.parent.parent / "shared").is_dir()


def _postgres() -> bool:
    """A server's programs, the driver, and a user to run it as: it refuses root."""
    programs = shutil.which("initdb", path=_path()) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    runs = os.getuid() != 0 or _is_user("postgres")
    return bool(programs) and runs and _module("psycopg")()


def _mountable() -> bool:
    from proofs.disk_search import cannot_mount

    return not cannot_mount()


def _memory_disk() -> bool:
    from proofs.faults.full_disk import cannot_mount_memory

    return not cannot_mount_memory()


def _faketime() -> bool:
    from proofs.faults.clock_jumps import library

    return bool(library())


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _namespace() -> bool:
    """A network and a mount namespace can be made, and addresses be set in it."""
    if not _program("unshare")() or not _program("ip")():
        return False
    return subprocess.run(["unshare", "-rnm", "true"], capture_output=True).returncode == 0


def _python(version: str) -> Callable[[], bool]:
    def found() -> bool:
        return shutil.which(f"python{version}") is not None or any(
            (root / "bin" / "python").exists() for root in Path.home().glob(f".pyenv/versions/{version}.*")
        )

    return found


#: name -> (is it here?, what to install)
NEEDS: Mapping[str, tuple[Callable[[], bool], str]] = {
    "compiler": (_program("gcc", "cc", "clang"), "a C compiler (apt-get install gcc)"),
    "peers": (_modules("pdqhash", "threatexchange", "faiss"), "the peers (requirements/peers.txt; need g++)"),
    "pdqhash": (_module("pdqhash"), "the peer pdqhash (requirements/peers.txt; needs g++)"),
    "threatexchange": (
        _module("threatexchange"),
        "the peer threatexchange (requirements/peers.txt; needs g++)",
    ),
    "faiss": (_module("faiss"), "the peer faiss-cpu (requirements/peers.txt)"),
    "pytsk3": (_module("pytsk3"), "the extra forensic (pytsk3)"),
    "pyewf": (_module("pyewf"), "the extra forensic (libewf)"),
    "shared": (_shared, "the folder shared beside the checkout"),
    "chromium": (
        _program("chromium", "chromium-browser", "google-chrome"),
        "a browser (apt-get install chromium)",
    ),
    "e2fsprogs": (_program("mke2fs"), "mke2fs and debugfs (apt-get install e2fsprogs)"),
    "mount": (
        _mountable,
        "root, a loop device and mke2fs (apt-get install e2fsprogs), to mount a disk image",
    ),
    "tmpfs": (_memory_disk, "root, to mount a file system in memory"),
    "faketime": (_faketime, "libfaketime (apt-get install faketime)"),
    "mtools": (_program("mcopy"), "mtools and mkfs.vfat (apt-get install mtools dosfstools)"),
    "ewf": (_program("ewfacquire"), "ewfacquire (apt-get install ewf-tools)"),
    "strace": (_program("strace"), "strace (apt-get install strace)"),
    "openssl": (_program("openssl"), "openssl (apt-get install openssl)"),
    "pdftotext": (_program("pdftotext"), "pdftotext (apt-get install poppler-utils)"),
    "nginx": (_program("nginx"), "nginx (apt-get install nginx-light)"),
    "tor": (_program("tor"), "tor (apt-get install tor)"),
    "certutil": (_program("certutil"), "certutil (apt-get install libnss3-tools)"),
    "xvfb": (_program("Xvfb"), "a virtual screen (apt-get install xvfb)"),
    "screen": (
        _modules("mss", "PySide6"),
        "the guard's screen packages (requirements/guard-screen.txt; make test-guard EXTRAS=screen)",
    ),
    "systemd": (_program("systemd-analyze"), "systemd-analyze (apt-get install systemd)"),
    "postgres": (_postgres, "PostgreSQL's server (apt-get install postgresql) and psycopg"),
    "netns": (
        _namespace,
        "a network namespace (apt-get install util-linux iproute2; user namespaces where you are not root)",
    ),
    "linux": (lambda: sys.platform == "linux", "Linux"),
    "py312": (_python("3.12"), "Python 3.12"),
    "py313": (_python("3.13"), "Python 3.13"),
}


def missing(name: str) -> str:
    """An empty string when ``name`` is here, else the sentence that says what to install."""
    here, what = NEEDS[name]
    return "" if here() else what


def required() -> frozenset[str]:
    """The names of ``TUTELA_REQUIRE``: their absence is a failure, not a skip."""
    return frozenset(filter(None, os.environ.get("TUTELA_REQUIRE", "").split(",")))


def skip_without(*names: str) -> None:
    """Skips the running test visibly when something is missing; fails it where TUTELA_REQUIRE names it."""
    for name in names:
        what = missing(name)
        if what and name in required():
            pytest.fail(f"required here and missing: {what}", pytrace=False)
        if what:
            pytest.skip(f"needs {what}")
