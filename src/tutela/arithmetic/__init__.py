"""PDQ and Hamming arithmetic: the C11 extension ``tutela._kernels`` or its NumPy twin, same answers.

``operators`` and ``pdq`` go from pixels to hashes, ``mih`` indexes them, ``search`` finds them by
distance, ``paths`` chooses the implementation; the ``*_twin`` modules are the NumPy side.
Nothing here reads files.
"""

from tutela.arithmetic.mih import MihArrays, mih_build, mih_merge, validate
from tutela.arithmetic.operators import LUMA_SIDE, Operator, operator, scaled_operator
from tutela.arithmetic.paths import available_paths, current_path, forced_path, use_path
from tutela.arithmetic.pdq import (
    DIHEDRAL_NAMES,
    LIMITED_RANGE_SCALE,
    finish,
    finish_dihedral,
    reduce_luma,
)
from tutela.arithmetic.search import PER_QUERY_MAX, RADIUS_MAX, Hits, brute_query, mih_query
from tutela.arithmetic.words import values_of, words

__all__ = [
    "DIHEDRAL_NAMES",
    "LIMITED_RANGE_SCALE",
    "LUMA_SIDE",
    "PER_QUERY_MAX",
    "RADIUS_MAX",
    "Hits",
    "MihArrays",
    "Operator",
    "available_paths",
    "brute_query",
    "current_path",
    "finish",
    "finish_dihedral",
    "forced_path",
    "mih_build",
    "mih_merge",
    "mih_query",
    "operator",
    "reduce_luma",
    "scaled_operator",
    "use_path",
    "validate",
    "values_of",
    "words",
]
