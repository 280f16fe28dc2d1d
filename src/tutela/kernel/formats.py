"""Versions of what is stored: one rule for every file that a later release may have written.

A version is a whole number. It stays when something optional is added, which older releases pass over; it
rises when an older release would read the file wrongly, and such a file is refused and left as it is.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


class NewerFormatError(ValueError):
    """A file of a newer release: the message names the file, its version, and what this release reads."""


def check_version(what: str, untrusted_version: object, *, reads: int) -> None:
    """Returns when ``untrusted_version`` (a number, or its digits) is the one that this release ``reads``.

    Raises NewerFormatError for a larger one, and ValueError for what is no version that any release wrote.
    ``what`` names the file in the message.
    """
    digits = str(untrusted_version) if isinstance(untrusted_version, int | str) else ""
    version = int(digits) if _WHOLE.fullmatch(digits) else 0
    if version > reads:
        raise NewerFormatError(
            f"{what} has format version {version}, this release reads {reads}: a newer release"
            f" that reads version {version} is needed, and nothing was changed"
        )
    if version != reads:
        raise ValueError(f"{what} says no format version that this release knows (it reads {reads})")
