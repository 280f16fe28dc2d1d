"""Bar 12: the abi3 wheel installs without a compiler on every Python >= 3.11 present and is as fast
as the source build.

One wheel is built from the files git knows. Each interpreter gets a fresh environment in which every
compiler is ``false``, installs the wheel with its dependencies, hashes a picture through the command
line, and measures the kernel in turn with a build from source by that same interpreter.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.figure import Figure, Progress, Tier, script
from proofs.run import ONE_THREAD
from tutela.demo import copies, pictures

#: The lowest Python that is supported (architecture.md, decisions).
LOWEST = (3, 11)
#: Any compiler call fails.
NO_COMPILER: Mapping[str, str] = dict.fromkeys(("CC", "CXX", "LD", "AR", "RUSTC", "CARGO"), "/bin/false")
#: Measurements of each side, alternating; the ratio is the geometric mean over the best times, and
#: 0.9 leaves room for a busy machine.
PAIRS = {"ci": 3, "full": 5}
SPEED_BAR = ">= 0.9"
REPLAY = "make proofs BAR=i1-12"


def main(tier: Tier = "full") -> int:
    """0 when every present interpreter installs the wheel, answers alike and is as fast."""
    figure, progress = Figure(bar="i1-12", tier=tier), Progress("i1-12", tier)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = copy_of_sources(folder / "source")
        wheel = build_wheel(source, folder / "wheel")
        figure.note(f"wheel {wheel.name}, {wheel.stat().st_size >> 10} KiB")
        figure.record("kernel in a cp311-abi3 wheel", is_abi3(wheel), "yes (1) or no (0)", "== 1")
        picture = folder / "picture.jpg"
        picture.write_bytes(copies.jpeg(pictures.landscape(12)))
        answers = set()
        found = list(interpreters().items())
        tried = found if tier == "full" else [found[0], *found[1:][-1:]]  # the oldest and the newest
        for version, python in tried:
            row = progress.step(version, lambda: try_one(python, wheel, source, folder, tier))  # noqa: B023 - called at once
            report(figure, version, row)
            answers.add(row.get("answers", ""))
        figure.count("interpreters", len(tried))
        figure.record("different answers among them", len(answers) - 1, "answers", "== 0")
    progress.finish()
    return figure.save()


def report(figure: Figure, version: str, row: Mapping[str, Any]) -> None:
    """Records what one interpreter showed."""
    if "error" in row:
        figure.record(f"installs on Python {version} without a compiler", 0, "yes (1) or no (0)", "== 1")
        figure.failure(REPLAY, f"Python {version}: {row['error']}")
        return
    figure.record(f"installs on Python {version} without a compiler", 1, "yes (1) or no (0)", "== 1")
    figure.record(
        f"speed of the wheel on Python {version} ({row['path']})", row["ratio"], "x source build", SPEED_BAR
    )
    figure.table(f"Python {version}", row["times_ms"])


def try_one(python: Path, wheel: Path, source: Path, folder: Path, tier: Tier) -> dict[str, Any]:
    """What one interpreter showed, or ``error``: the step that failed (its output goes to the terminal,
    because it names folders and package indexes)."""
    place = folder / f"environment-{python.parent.parent.name}"
    try:
        return measure(python, wheel, source, place, tier)
    except subprocess.CalledProcessError as error:
        print(error.stderr or error.stdout, file=sys.stderr)
        step = error.cmd if isinstance(error.cmd, str) else " ".join(Path(word).name for word in error.cmd)
        return {"error": f"failed with {error.returncode}: {step}"}
    finally:
        shutil.rmtree(place, ignore_errors=True)


def measure(python: Path, wheel: Path, source: Path, place: Path, tier: Tier) -> dict[str, Any]:
    """Installs, hashes and measures; raises CalledProcessError where a step fails."""
    call([str(python), "-m", "venv", str(place / "venv")])
    own = place / "venv" / "bin" / "python"
    call([str(own), "-m", "pip", "install", "-q", str(wheel)], NO_COMPILER)
    built = place / "built"
    shutil.rmtree(source / "build", ignore_errors=True)  # what another interpreter compiled
    call([str(own), "-m", "pip", "install", "-q", "--no-deps", "--target", str(built), str(source)])
    if not list(built.glob("tutela/_kernels*")):
        raise subprocess.CalledProcessError(1, "source build without a kernel: is a compiler here?")
    hashed = json.loads(call([str(own), "-m", "tutela", "hash", str(place.parent / "picture.jpg"), "--json"]))
    rows = [(kernel(own, None), kernel(own, built)) for _ in range(PAIRS[tier])]
    wheel_row, source_row = rows[-1]
    if wheel_row["answers"] != source_row["answers"] or wheel_row["path"] == "numpy":
        raise subprocess.CalledProcessError(1, "wheel and source build answer differently")
    wheel_ms, source_ms = (best(side) for side in zip(*rows, strict=True))
    return {
        "path": wheel_row["path"],
        "answers": wheel_row["answers"] + json.dumps(hashed["forms"]),
        "ratio": math.exp(statistics.fmean(math.log(source_ms[name] / wheel_ms[name]) for name in wheel_ms)),
        "times_ms": {"wheel": wheel_ms, "source build": source_ms},
    }


def best(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The least time of each work over all rows: what else runs on the machine only adds."""
    return {name: min(row["times_ms"][name] for row in rows) for name in rows[0]["times_ms"]}


def kernel(python: Path, build: Path | None) -> dict[str, Any]:
    """One measurement of ``bench/kernel_alone.py`` with the installed wheel, or with ``build`` before it."""
    extra = {} if build is None else {"PYTHONPATH": str(build)}
    row: dict[str, Any] = json.loads(
        call([str(python), str(machine.ROOT / "bench" / "kernel_alone.py")], extra)
    )
    return row


def call(command: list[str], extra: Mapping[str, str] | None = None) -> str:
    """Standard output of a command that must succeed, without the checkout on its import path."""
    outer = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment = {**outer, **ONE_THREAD, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **(extra or {})}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def copy_of_sources(place: Path) -> Path:
    """The files git knows, as they are now, without what was built beside them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=machine.ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        origin = machine.ROOT / name
        if origin.is_file() and not name.startswith(("tests/", "docs/")):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, place / name)
    return place


def build_wheel(source: Path, place: Path) -> Path:
    """The wheel of ``source``, built by this interpreter with the compiler that is here."""
    call(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(place),
            str(source),
        ]
    )
    shutil.rmtree(source / "build", ignore_errors=True)
    return next(place.glob("tutela-*.whl"))


def is_abi3(wheel: Path) -> bool:
    """True when the wheel's tag is cp311-abi3 and the extension in it is an abi3 one."""
    names = zipfile.ZipFile(wheel).namelist()
    kernels = [name for name in names if name.startswith("tutela/_kernels")]
    return "-cp311-abi3-" in wheel.name and len(kernels) == 1 and ".abi3." in kernels[0]


def interpreters() -> dict[str, Path]:
    """One CPython with ``venv`` per version >= 3.11: this one, those on the path, those of pyenv."""
    found: dict[str, Path] = {}
    for candidate in candidates():
        version = version_of(candidate)
        if version and tuple(map(int, version.split("."))) >= LOWEST:
            found.setdefault(version, candidate)
    return dict(sorted(found.items(), key=lambda item: tuple(map(int, item[0].split(".")))))


def candidates() -> Iterator[Path]:
    """Interpreters that may be there, best first."""
    yield from sorted(Path.home().glob(".pyenv/versions/*/bin/python3"))
    for minor in range(LOWEST[1], LOWEST[1] + 20):
        named = shutil.which(f"python3.{minor}")
        if named:
            yield Path(named)
    yield Path(sys.executable)


def version_of(python: Path) -> str:
    """``3.12`` for a CPython that can make environments, else an empty string."""
    code = "import ensurepip, venv, sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    name, _, version = done.stdout.strip().partition(" ")
    return version if done.returncode == 0 and name == "cpython" else ""


if __name__ == "__main__":
    script(main)
