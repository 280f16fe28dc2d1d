"""What was planted against what the hotline found: one row for each place, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from tutela.demo.world import World
from tutela.demo.world.planted import End, Expected, Item
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.takedown.courses import Course, courses
from tutela.kernel.egress.urls import read_url

#: What looks must have found, at least once, where a place ends so; and how the place must stand.
_MARKS: Mapping[End, tuple[str, frozenset[str]]] = {
    "altered": ("altered", frozenset({"there"})),
    "soft_404": ("soft_missing", frozenset({"undecided"})),
    "geo_blocked": ("blocked", frozenset({"there"})),
    "bot_wall": ("blocked", frozenset({"undecided"})),
    "parked": ("parked", frozenset({"undecided"})),
    "moved": ("moved", frozenset({"there"})),
    "present": ("present", frozenset({"there"})),
    "by_hand": ("present", frozenset({"there"})),
}
#: Width of the columns of the table.
_HOST, _COLUMN = 22, 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One planted item: what should be, what is. ``ended`` is a word of the world's, or says what is so."""

    item: Item
    expected: Expected
    ended: str
    #: How many times it was shown to a person.
    shown: int

    @property
    def is_right(self) -> bool:
        """Whether the place ended as its host's character implies."""
        return self.ended == self.expected.end


def rows(world: World, items: Collection[Item], key: IndexKey, shown: Mapping[str, int]) -> list[Row]:
    """A row for each planted item, in order. ``shown``: how many times each item (id) was shown."""
    by_place: dict[str, list[Course]] = {}
    for course in courses():
        by_place.setdefault(course.url_digest, []).append(course)
    digests = {item: key.address_digest(read_url(world.url(item))) for item in items}
    return [_row(world, item, by_place.get(digests[item], []), shown) for item in items]


def _row(world: World, item: Item, found: list[Course], shown: Mapping[str, int]) -> Row:
    expected = world.expected(item)
    ids = {course.item for course in found}
    return Row(
        item=item,
        expected=expected,
        ended=ended(found, expected.end),
        shown=sum(shown.get(one, 0) for one in ids),
    )


def ended(found: Collection[Course], expected: End) -> str:
    """How a place ended by what the hotline knows: the expected word where that is so, else what is so."""
    if not found:
        return "never found"
    if expected == "left_alone":
        return expected if all(_is_left_alone(one) for one in found) else "told about"
    words = {_end_of(one, expected) for one in found}
    return words.pop() if len(words) == 1 else " and ".join(sorted(words))


def _is_left_alone(course: Course) -> bool:
    return not course.told and (course.state, course.state_reason) == ("closed", "not_illegal")


def _end_of(course: Course, expected: End) -> str:
    """The end of one place. That it is gone, or came back, says the watch; else the expected end's mark."""
    if course.came_back:
        return "reappeared"
    if course.removals or course.standing == "removed":
        return "removed"
    mark, standings = _MARKS.get(expected, ("", frozenset()))
    if mark in course.found and course.standing in standings:
        return expected
    return f"{course.state}, {course.standing or 'not watched'}"


def table(found: Collection[Row]) -> Iterator[str]:
    """The rows by host and expected end: how many were planted, how many ended so, and what else."""
    yield f"{'host':<{_HOST}}{'planted':<9}{'ends as':<{_COLUMN}}{'right':<7}wrong"
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        groups.setdefault((row.item.host, row.expected.end), []).append(row)
    for (host, end), own in groups.items():
        wrong = Counter(row.ended for row in own if not row.is_right)
        told = "; ".join(f"{number} {word}" for word, number in wrong.items())
        right = sum(row.is_right for row in own)
        yield f"{host:<{_HOST}}{len(own):<9}{end:<{_COLUMN}}{right:<7}{told}".rstrip()
