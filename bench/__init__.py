"""Measurements against peers, in one process and alternating. ``make bench`` prints the ratios.

One thread per library: the limits must stand before numpy or a peer is imported, so they stand here.
"""

from __future__ import annotations

import os

#: Thread limits of the libraries that start pools of their own (performance.md section 8).
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
for _name in THREADS:
    os.environ.setdefault(_name, "1")
