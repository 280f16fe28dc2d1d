"""Is what was installed whole: Python, native code, optional parts, and the sandbox for untrusted files."""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Callable, Iterator, Mapping

from tutela import __version__
from tutela.arithmetic import current_path
from tutela.detect.media.lockdown import Support, support
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.service.doctor.findings import Finding, fail, ok, warn
from tutela.kernel.errors import TutelaError

#: The oldest Python (architecture: decisions with their reasons).
PYTHON_MIN = (3, 11)
#: Extra -> modules that it brings, and what is lacking without it (pyproject.toml).
EXTRAS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "service": (("starlette", "granian", "anyio", "prometheus_client"), "the match service cannot start"),
    "service-postgres": (("psycopg",), "several machines cannot share a change log in PostgreSQL"),
    "video": (("av",), "films are unreadable, and counted as such"),
    "heic": (("pi_heif",), "HEIC pictures, which many telephones make, are unreadable"),
    "archives": (("py7zr",), "7z archives are not opened"),
    "forensic": (("pytsk3", "pyewf"), "disk images are not opened"),
    "s3": (("obstore",), "buckets cannot be scanned"),
}


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """Is this Python new enough; says the versions."""
    said = f"tutela {__version__} on Python {'.'.join(map(str, version))}, {platform.machine()}"
    if version[:2] < PYTHON_MIN:
        return fail("python", said, f"install Python {'.'.join(map(str, PYTHON_MIN))} or newer")
    return ok("python", said)


def native(path: str | None = None) -> Finding:
    """Does the C kernel run, and at which instructions, or its NumPy twin."""
    path = current_path() if path is None else path
    if path == "numpy":
        advice = "install the wheel, or a C compiler and tutela anew; answers are the same meanwhile"
        return warn("native", "hashing and matching run on NumPy, many times slower than in C", advice)
    return ok("native", f"hashing and matching run in C ({path})")


def _is_there(module: str) -> bool:
    """True when the module is installed; it is not imported, since some of them open files."""
    return importlib.util.find_spec(module) is not None


def extras(is_there: Callable[[str], bool] = _is_there) -> Iterator[Finding]:
    """Which optional parts are here, and what is lacking without the others."""
    for extra, (modules, without) in EXTRAS.items():
        check = f"extra-{extra}"
        if all(map(is_there, modules)):
            yield ok(check, f"the extra {extra} is installed")
        else:
            yield warn(check, f"without the extra {extra} {without}", f"pip install 'tutela[{extra}]'")


def layers(here: Support | None = None, system: str = sys.platform) -> Finding:
    """Which layers of the sandbox this system offers."""
    here = support() if here is None else here
    if not here.missing:
        return ok(
            "sandbox", f"the sandbox has all layers (Landlock ABI {here.landlock_abi}, seccomp, limits)"
        )
    missing = f"layers of the sandbox are missing here: {', '.join(here.missing)}"
    if system != "linux":
        return warn("sandbox", missing, "open untrusted files on Linux only")
    return fail(
        "sandbox", missing, "use a kernel with Landlock (5.13) and libseccomp; let containers use both"
    )


def worker(rules: PoolRules | None = None) -> Finding:
    """Does a sandboxed worker start here, with every layer in force: one is started and ended again."""
    try:
        with MediaPool(rules or PoolRules(), workers=1) as pool:
            missing = pool.missing_layers
    except TutelaError:
        advice = "look at memory and user limits (ulimit -a), and at what a container forbids"
        return fail("worker", "no sandboxed worker can be started: no upload can be opened", advice)
    if missing:
        return fail("worker", f"a worker starts without: {', '.join(missing)}", "see the line above")
    return ok("worker", "a sandboxed worker starts with every layer in force")
