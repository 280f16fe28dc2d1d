"""From one scheme to another: exact by definition, derived with a mark, or a question to a person.

No scheme converts losslessly into another (standards/06): a derived value orders and pre-fills, it is
never a legal statement, and the original scheme and value are kept beside it.
"""

from __future__ import annotations

from tutela.kernel.taxonomy.files import Cell, parse_cell, shipped_mapping, shipped_schemes
from tutela.kernel.taxonomy.shapes import Mapping, Scheme


def schemes() -> tuple[Scheme, ...]:
    """All schemes that are delivered with tutela, by name."""
    return tuple(shipped_schemes().values())


def scheme(name: str) -> Scheme:
    """The scheme ``name``. Raises ValueError naming the known ones."""
    try:
        return shipped_schemes()[name]
    except KeyError as error:
        raise ValueError(f"there is no scheme {name!r}; known are {', '.join(shipped_schemes())}") from error


def severity(scheme_name: str, value: str) -> int | None:
    """Rank of a category inside its scheme: higher is more severe, None where there is no order."""
    return scheme(scheme_name).find(value).severity


def map_value(from_scheme: str, value: str, to_scheme: str) -> Mapping:
    """What ``value`` amounts to in another scheme, and how sure that is (standards/06 section 6.9).

    Raises ValueError for an unknown scheme or value.
    """
    found, target = scheme(from_scheme).find(value).value, scheme(to_scheme).name
    if from_scheme == target:
        return Mapping(value=found, grade="exact", candidates=(found,))
    table = shipped_mapping()
    pair = table["pairs"].get(from_scheme, {}).get(target)
    if pair is not None:
        return _single(parse_cell(pair[found]))
    if from_scheme == table["hub"]:
        return _single(parse_cell(table["rows"][found][target]))
    return _through_hub(_rows_that_may_be(from_scheme, found), target)


def contradict(left: tuple[str, str], right: tuple[str, str]) -> bool:
    """True when two (scheme, category) statements about one file cannot both hold.

    Unknown schemes or values, and pairs that only a person could compare, do not contradict.
    """
    (left_scheme, left_value), (right_scheme, right_value) = left, right
    if left_scheme == right_scheme:
        return left_value != right_value and _judged(*left) and _judged(*right)
    if not (_judged(*left) and _judged(*right)):
        return False
    try:
        there = map_value(left_scheme, left_value, right_scheme)
        back = map_value(right_scheme, right_value, left_scheme)
    except ValueError:
        return False
    known = bool(there.candidates or back.candidates)
    return known and _excludes(there, right_value) and _excludes(back, left_value)


def _excludes(mapped: Mapping, value: str) -> bool:
    """True when ``value`` is none of the candidates; nothing offered and only a person could say: False."""
    return value not in mapped.candidates and (bool(mapped.candidates) or mapped.grade != "ask a person")


def _judged(scheme_name: str, value: str) -> bool:
    """False for values that say only that nobody has judged yet. Unknown values count as judged."""
    if not value:
        return False
    try:
        return scheme(scheme_name).find(value).assessed
    except ValueError:
        return True


def _single(cell: Cell) -> Mapping:
    grade, candidates = cell
    if grade == "ask a person":
        return Mapping(value=None, grade=grade, candidates=candidates)
    if len(candidates) > 1:
        return Mapping(value=None, grade="ask a person", candidates=candidates)
    return Mapping(value=candidates[0] if candidates else None, grade=grade, candidates=candidates)


def _rows_that_may_be(scheme_name: str, value: str) -> list[str]:
    """Hub rows that ``value`` may stand for; those only a person could name count where no other does."""
    rows = shipped_mapping()["rows"]
    cells = {row: parse_cell(columns[scheme_name]) for row, columns in rows.items()}
    possible = [row for row, (_, values) in cells.items() if value in values]
    return [row for row in possible if cells[row][0] != "ask a person"] or possible


def _through_hub(rows: list[str], target: str) -> Mapping:
    """The union of what the possible hub rows amount to; derived only where all agree on one value."""
    table = shipped_mapping()
    if target == table["hub"]:
        return _single(("derived", tuple(rows)) if len(rows) == 1 else ("ask a person", tuple(rows)))
    cells = [parse_cell(table["rows"][row][target]) for row in rows]
    candidates = tuple(dict.fromkeys(value for _, values in cells for value in values))
    sure = cells and all(grade != "ask a person" and values == candidates for grade, values in cells)
    return _single(("derived" if sure else "ask a person", candidates))
