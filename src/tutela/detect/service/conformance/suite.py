"""The list of checks, as data, and the run that makes a sheet of them.

The order matters: the index of one entry is asked while nothing of this run is listed but that entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tutela.detect.service.conformance import batches, concurrency, exactness, freshness, malformed, variants
from tutela.detect.service.conformance.kit import Kit
from tutela.detect.service.conformance.results import Outcome, Row, Sheet
from tutela.detect.service.conformance.shapes.contract import ABILITY_WORDS, Ability, Misbehaved, NotLetIn
from tutela.kernel.errors import Refused, Unavailable


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check: its slug, the group it stands under, what it does in words, what it needs, how it runs."""

    name: str
    group: str
    title: str
    needs: frozenset[Ability]
    run: Callable[[Kit], Iterable[Outcome]]


def _needs(*abilities: Ability) -> frozenset[Ability]:
    return frozenset(abilities)


_HASHES = _needs("lists", "add_hash", "ask_hash")
#: Groups in the order of the sheet, with what each says.
GROUPS: dict[str, str] = {
    "exactness": "An index answers exactly at every size: what is in the threshold is found, nothing else.",
    "copies": "A known picture is found again in the forms in which copies go round.",
    "entries": "What is added is found soon, what is removed is not found, strangers never are.",
    "bad input": "Each bad upload gets a 4xx that parses, and the next good question its answer.",
    "load": "Many askers get the answers that one gets.",
}
CHECKS: tuple[Check, ...] = (
    Check(
        name="index-of-0", group="exactness", title="0 entries", needs=_HASHES,
        run=exactness.empty_index,
    ),
    Check(
        name="index-of-1", group="exactness", title="1 entry", needs=_HASHES,
        run=exactness.index_of(1),
    ),
    Check(
        name="index-of-2", group="exactness", title="2 entries", needs=_HASHES,
        run=exactness.index_of(2),
    ),
    Check(
        name="index-of-many", group="exactness", title="many entries", needs=_HASHES,
        run=exactness.index_of_many,
    ),
    Check(
        name="same-bytes", group="copies", title="the same bytes", needs=_needs("known"),
        run=variants.same_bytes,
    ),
    Check(
        name="altered-copies", group="copies", title="altered copies", needs=_needs("known"),
        run=variants.altered_copies,
    ),
    Check(
        name="strangers", group="entries", title="unrelated pictures", needs=_needs("known"),
        run=variants.strangers,
    ),
    Check(
        name="removed", group="entries", title="a removed entry",
        needs=_needs("lists", "add_picture", "ask_picture", "remove"),
        run=variants.removed,
    ),
    Check(
        name="freshness", group="entries", title="a new entry", needs=_needs("lists"),
        run=freshness.fresh,
    ),
    Check(
        name="bad-uploads", group="bad input", title="bad uploads", needs=_needs("ask_picture"),
        run=malformed.bad_uploads,
    ),
    Check(
        name="wrong-hash-length", group="bad input", title="hashes of wrong length",
        needs=_needs("ask_hash"),
        run=malformed.wrong_hash_length,
    ),
    Check(
        name="wrong-token", group="bad input", title="wrong token", needs=_needs("ask_picture", "token"),
        run=malformed.wrong_token,
    ),
    Check(
        name="batch", group="bad input", title="one bad item in a batch",
        needs=_needs("ask_batch"),
        run=batches.one_bad_item,
    ),
    Check(
        name="concurrency", group="load", title="many askers", needs=_needs("known"),
        run=concurrency.many_askers,
    ),
)  # fmt: skip


def run_suite(
    kit: Kit, host: str, *, checks: Iterable[Check] = CHECKS, tell: Callable[[Row], None] = lambda row: None
) -> Sheet:
    """The sheet of one run; ``tell`` gets each line as it is made. Removes everything it made.

    ``host`` is what the sheet says of where it asked. Raises Unavailable when the first question of all
    finds nobody, Refused when the token is not taken; later either is a failed line.
    """
    started, begin = kit.clock.now(), kit.clock.monotonic_seconds()
    rows: list[Row] = []
    try:
        _check_reachable(kit)
        for check in checks:
            for row in _rows(kit, check):
                rows.append(row)
                tell(row)
    finally:
        left = kit.tidy()
    options = kit.options
    return Sheet(
        shape=kit.subject.shape,
        host=host,
        started=started,
        seconds=kit.clock.monotonic_seconds() - begin,
        options={
            "pictures": options.pictures,
            "many entries": options.many,
            "askers": options.askers,
            "threshold in bits": options.distance_bits,
            "seed": options.seed,
        },
        rows=tuple(rows),
        left_behind=left,
    )


def _check_reachable(kit: Kit) -> None:
    """Make an empty list, or ask a picture; an answer of nearly any kind will do.

    Raises Unavailable without one, and Refused where the token is not taken: twenty failed lines would say
    that the matcher is bad, when the caller has the wrong key.
    A service without any list may rightly say that it cannot answer yet, so that the list comes first.
    """
    try:
        if "lists" in kit.abilities:
            kit.open_list("reached")
        else:
            kit.subject.ask_picture(kit.samples.original(0))
    except NotLetIn as error:
        raise Refused(
            f"the matcher does not let this token in ({error}); give one that may change lists with --token"
        ) from error
    except Misbehaved:
        return


def _rows(kit: Kit, check: Check) -> Iterator[Row]:
    """The lines of one check: not applicable, its outcomes, or what went wrong."""
    missing = sorted(check.needs - kit.abilities)
    if missing:
        words = "; ".join(ABILITY_WORDS[ability] for ability in missing)
        yield Row(
            group=check.group, check=check.name, title=check.title, status="not applicable", words=words
        )
        return
    begin = kit.clock.monotonic_seconds()
    try:
        for outcome in check.run(kit):
            now = kit.clock.monotonic_seconds()
            yield _row(check, outcome, now - begin)
            begin = now
    except (Misbehaved, Unavailable) as error:
        words = error.message if isinstance(error, Unavailable) else str(error)
        seconds = kit.clock.monotonic_seconds() - begin
        yield _row(check, Outcome(title=check.title, found=0, total=1, words=words), seconds)


def _row(check: Check, outcome: Outcome, seconds: float) -> Row:
    return Row(
        group=check.group,
        check=check.name,
        title=outcome.title,
        status="passed" if outcome.passed else "failed",
        found=outcome.found,
        total=outcome.total,
        words=outcome.words,
        figures=outcome.figures,
        seconds=seconds,
    )
