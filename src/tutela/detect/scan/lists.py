"""The lists of a call: ``.tlist`` files, folders of live lists, and text lists read on the fly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tutela.detect.matching.index import BUCKETED, IndexKind
from tutela.detect.matching.parts import OpenList
from tutela.kernel.errors import Invalid

#: Name ending of a list file (decisions.md section 8).
LIST_ENDING = ".tlist"


def open_lists(paths: Sequence[Path], *, index: IndexKind = BUCKETED) -> tuple[OpenList, ...]:
    """All lists, open. Raises Invalid naming the list that is missing or wrong, before any work is done."""
    return tuple(_open(path, index) for path in paths)


def _open(path: Path, index: IndexKind) -> OpenList:
    if path.is_dir():
        from tutela.detect.matching.live import open_any

        return open_any(path, index=index)
    if path.suffix == LIST_ENDING or _is_list_file(path):
        from tutela.detect.matching.tlist import open_list

        return open_list(path, index=index)
    from tutela.detect.scan.text_lists import open_text_list

    return open_text_list(path, index=index)


def _is_list_file(path: Path) -> bool:
    from tutela.detect.matching.sections import MAGIC_WORD

    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC_WORD)) == MAGIC_WORD
    except OSError as error:
        raise Invalid(f"there is no such list ({error.strerror})", field=str(path)) from error


def described(lists: Sequence[OpenList]) -> list[dict[str, Any]]:
    """Name, version and thresholds of each list, for the recipe and the report."""
    return [
        {
            "name": one.header.name,
            "version": one.version,
            "known_good": one.header.known_good,
            "distance_bits": one.header.thresholds.distance_bits,
            "film_target_percent": one.header.thresholds.film_target_percent,
            "film_query_percent": one.header.thresholds.film_query_percent,
        }
        for one in lists
    ]
