"""What bar 12 calls an interpreter, an abi3 wheel and a best time."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from proofs import i1_12


def wheel(folder: Path, name: str, *members: str) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, b"")
    return path


def test_only_an_abi3_kernel_in_an_abi3_wheel_counts(tmp_path: Path) -> None:
    good, tag = "tutela/_kernels.abi3.so", "tutela-1-cp311-abi3-linux_x86_64.whl"
    assert i1_12.is_abi3(wheel(tmp_path, tag, good, "tutela/cli.py"))
    assert not i1_12.is_abi3(wheel(tmp_path, tag, "tutela/cli.py"))
    assert not i1_12.is_abi3(wheel(tmp_path, tag, "tutela/_kernels.cpython-311-x86_64-linux-gnu.so"))
    assert not i1_12.is_abi3(wheel(tmp_path, "tutela-1-py3-none-any.whl", good))


def test_this_interpreter_is_found_and_a_folder_is_none(tmp_path: Path) -> None:
    assert i1_12.version_of(Path(sys.executable)) == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert i1_12.version_of(tmp_path) == ""
    assert i1_12.version_of(tmp_path / "missing") == ""


def test_best_time_of_each_work_counts() -> None:
    rows = [{"times_ms": {"a": 3.0, "b": 1.0}}, {"times_ms": {"a": 2.0, "b": 5.0}}]
    assert i1_12.best(rows) == {"a": 2.0, "b": 1.0}
