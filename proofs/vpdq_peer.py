"""The peer vpdq, built from source into ``.proofs``: no wheel; needs cmake and FFmpeg's headers."""

from __future__ import annotations

import importlib
import subprocess
import sys

from proofs.figure import STATE

VERSION = "0.2.5"
FOLDER = STATE / "peers" / f"vpdq-{VERSION}-{sys.implementation.cache_tag}"
#: What Debian needs for it (performance.md section 8).
NEEDS = (
    "cmake g++ libavdevice-dev libavfilter-dev libavformat-dev "
    "libavcodec-dev libswresample-dev libswscale-dev"
)
BUILD_SECONDS = 900


def provide_vpdq() -> str:
    """An empty string when vpdq can now be imported, else what is missing. Built once, then kept."""
    if not FOLDER.is_dir():
        print(f"== building the peer vpdq {VERSION} from source, about a minute", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(FOLDER)]
        done = subprocess.run([*pip, f"vpdq=={VERSION}"], capture_output=True, timeout=BUILD_SECONDS)
        if done.returncode != 0:
            return f"vpdq {VERSION} cannot be built here (apt-get install {NEEDS})"
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
        importlib.invalidate_caches()
    return ""
