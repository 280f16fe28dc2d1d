"""What a job may carry: ids, numbers and words. Content, addresses and names stay where they are sealed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Ids, words, digests in hexadecimal, times as ISO 8601 writes them: no dot, slash or at sign, so that
#: neither an address nor a file's name fits.
_TEXT = re.compile(r"[A-Za-z0-9_:+-]{0,128}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: Arguments of one job, and members of one list: our own; more belongs into a row that the job names.
ARGUMENTS_MAX, LIST_MAX = 20, 1_000


def check_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they are stored. Raises ValueError, which names no value, for anything else."""
    if len(arguments) > ARGUMENTS_MAX:
        raise ValueError(f"a job has at most {ARGUMENTS_MAX} arguments")
    for name, value in arguments.items():
        if not _NAME.fullmatch(name):
            raise ValueError("an argument is named by a short word of lower-case letters")
        if not _fits(value):
            raise ValueError(f"{name}: a job carries ids, numbers, words and lists of them, nothing else")
    return dict(arguments)


def _fits(value: object) -> bool:
    if isinstance(value, list | tuple):
        return len(value) <= LIST_MAX and all(_fits_one(one) for one in value)
    return _fits_one(value)


def _fits_one(value: object) -> bool:
    if isinstance(value, str):
        return _TEXT.fullmatch(value) is not None
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    return value is None or isinstance(value, bool | int)
