"""What a figure was measured on: cores, load, processor flags, versions, commit. No names of machines."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Packages whose versions are printed beside every figure (performance.md section 8).
PACKAGES = (
    "tutela", "numpy", "Pillow", "simplejpeg", "av", "pi-heif", "py7zr", "cryptography", "click",
    "starlette", "granian", "threatexchange", "pdqhash", "faiss-cpu", "vpdq", "scikit-image", "hypothesis",
    "schemathesis", "pytest",
)  # fmt: skip
#: Flags that decide how fast matching and reduction run (decisions.md section 1).
CPU_FLAGS = ("popcnt", "sse4_2", "avx2", "fma", "avx512f", "avx512bw", "avx512_vpopcntdq", "asimd")


def versions() -> dict[str, str]:
    """Version by package; ``missing`` where it is not installed, never left out in silence."""
    found = {"python": platform.python_version()}
    return found | {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def processor() -> str:
    """Model name of the processor, or its architecture where the system does not say."""
    return _cpuinfo("model name") or platform.machine()


def cpu_flags() -> list[str]:
    """The flags of ``CPU_FLAGS`` that this processor has (empty where the system does not say)."""
    here = set(_cpuinfo("flags").split()) | set(_cpuinfo("Features").split())
    return [flag for flag in CPU_FLAGS if flag in here]


def _cpuinfo(key: str) -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    lines = (line.partition(":") for line in text.splitlines())
    return next((value.strip() for name, _, value in lines if name.strip() == key), "")


def cores() -> int:
    """Number of processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load_average() -> float:
    """Mean number of runnable processes over the last minute."""
    return round(os.getloadavg()[0], 2)


def kernel_paths() -> list[str]:
    """Ways of counting bits that ``tutela.arithmetic`` can take here, for example ``c-avx512``."""
    from tutela import arithmetic

    return list(arithmetic.available_paths())


def commit() -> str:
    """The commit that was measured, with ``+changes`` where the checkout differs; else ``unknown``."""
    head = _git("rev-parse", "--short=12", "HEAD")
    return f"{head}+changes" if head and _git("status", "--porcelain", "src", "native") else head or "unknown"


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
