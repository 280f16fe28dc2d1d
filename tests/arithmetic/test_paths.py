"""The choice of the implementation, and the checks of the C kernel when it is called directly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from tests.arithmetic.sets import random_hashes
from tutela.arithmetic import available_paths, current_path, forced_path, mih_build, operator, paths, use_path


def kernels() -> paths.Kernels:
    with forced_path(available_paths()[-1]):
        found = paths.native()
    if found is None:
        pytest.skip("the extension is not built here: NumPy alone")
    return found


def test_default_is_the_fastest_path_that_runs() -> None:
    code = "from tutela.arithmetic import paths; print(paths.current_path(), *paths.available_paths())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    chosen, *names = done.stdout.split()
    assert chosen == names[-1]
    assert tuple(names) == available_paths() == paths.PATHS[: len(names)]


def test_forced_path_comes_back_after_an_error() -> None:
    before = current_path()
    with pytest.raises(RuntimeError), forced_path("numpy"):
        assert current_path() == "numpy"
        assert paths.native() is None
        raise RuntimeError
    assert current_path() == before


def test_path_that_does_not_run_is_refused() -> None:
    with pytest.raises(ValueError, match="numpy"):
        use_path("c-quantum")


def test_missing_extension_leaves_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tutela._kernels", None)
    assert paths._load() is None


def bad_calls() -> list[Callable[[paths.Kernels], object]]:
    """Calls that must end in ValueError or TypeError, never in a read outside an array."""
    band = operator(64)
    rows = (band.starts, band.lengths, band.weights)
    pixels, luma64 = np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.float32)
    far = (band.starts + np.int32(1), band.lengths, band.weights)
    long = (band.starts, band.lengths + np.int32(1), band.weights)
    empty = (band.starts, band.lengths * np.int32(0), band.weights)
    huge = (np.full(64, 2**31 - 1, np.int32), band.lengths, band.weights)
    negative = (np.full(64, -1, np.int32), band.lengths, band.weights)
    hashes = random_hashes(3)
    tables = mih_build(hashes).tables
    odd = np.zeros(3 * 32 + 1, np.uint8)[1:].view("<u8").reshape(3, 4)
    frozen = np.zeros((64, 64), np.float32)
    frozen.setflags(write=False)
    return [
        *(
            lambda k, b=b: k.reduce_luma(0, pixels, b, rows, luma64)
            for b in (far, long, empty, huge, negative)
        ),
        lambda k: k.reduce_luma(0, pixels[:32], rows, rows, luma64),
        lambda k: k.reduce_luma(0, pixels[:, ::2], rows, rows, luma64),
        lambda k: k.reduce_luma(0, pixels, rows, rows, luma64[:32].copy()),
        lambda k: k.reduce_luma(0, pixels, rows, rows, frozen),
        lambda k: k.reduce_luma(0, pixels, rows, rows[:2], luma64),
        lambda k: k.reduce_luma(99, pixels, rows, rows, luma64),
        lambda k: k.reduce_luma(-1, pixels, rows, rows, luma64),
        lambda k: k.finish(luma64[:8].copy(), 1.0, 1),
        lambda k: k.finish(luma64, 1.0, 9),
        lambda k: k.finish(luma64, 1.0, 0),
        lambda k: k.mih_build(hashes, tables[1][:1].copy(), tables[2].copy()),
        lambda k: k.mih_build(hashes, tables[1].copy(), tables[2][:, :2].copy()),
        lambda k: k.mih_query(0, tables, hashes, 32, 10),
        lambda k: k.mih_query(0, tables, hashes, -1, 10),
        lambda k: k.mih_query(0, tables, hashes, 31, 0),
        lambda k: k.mih_query(99, tables, hashes, 31, 10),
        lambda k: k.mih_query(0, (hashes[:2].copy(), *tables[1:]), hashes, 31, 10),
        lambda k: k.mih_query(0, tables[:2], hashes, 31, 10),
        lambda k: k.mih_query(0, (odd, *tables[1:]), hashes, 31, 10),
        lambda k: k.mih_query(0, tables, hashes[:, :3].copy(), 31, 10),
        lambda k: k.mih_query_batch(0, tables, np.zeros((65_537, 4), "<u8"), 31, 10),
        lambda k: k.brute_query(0, hashes, hashes, 257, 10),
        lambda k: k.brute_query(0, hashes.astype("<u4"), hashes, 31, 10),
        lambda k: k.brute_query(0, hashes, hashes, 31),
    ]


@pytest.mark.parametrize("number", range(len(bad_calls())))
def test_kernel_refuses_sizes_and_offsets_that_do_not_fit(number: int) -> None:
    found = kernels()
    with pytest.raises((ValueError, TypeError, BufferError)):
        bad_calls()[number](found)
