"""When a place is looked at next, from what was found so far. Pure (docs/explanation/re-checks.md).

Nothing here is chance: the share by which a wait is longer comes from the sighting's id, so that many places
that were told of in one hour are not looked at in one second for ever after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from tutela.hotline.takedown.removal import SEEN, Look

#: Soon: a little more than the 30 minutes of the rule, so that two looks are always far enough apart.
SOON = timedelta(minutes=35)
#: Rounds of looks that did not see it, each soon after the one before; then waits grow (our own).
SOON_ROUNDS = 4
#: The longest wait while it is not removed, and for what is urgent (our own).
LONGEST, LONGEST_URGENT = timedelta(hours=24), timedelta(hours=6)
#: Days after a removal at which it is looked for, then every 30 days, for 12 months (issue 5; our own).
WATCH_DAYS, WATCH_EVERY_DAYS, WATCH_END_DAYS = (1, 3, 7, 14), 30, 365
#: Share of a wait by which it may be longer: of those that are soon, and of the others (our own).
JITTER_SHARE_SOON, JITTER_SHARE = 0.02, 0.1


def next_wait(looks: Sequence[Look], *, urgent: bool, sighting: str) -> timedelta:
    """How long until the next look at a place that is not removed. ``sighting``: its id."""
    rounds = _rounds(looks)
    seen = bool(rounds) and rounds[-1]
    same = next((number for number, one in enumerate(reversed(rounds)) if one is not seen), len(rounds))
    doublings = same if seen else max(0, same - SOON_ROUNDS)
    longest = LONGEST_URGENT if urgent else LONGEST
    return _jittered(min(SOON * (1 << min(doublings, 16)), longest), sighting)


def watch_wait(
    removed_at: datetime, now: datetime, looks: Sequence[Look], *, sighting: str
) -> timedelta | None:
    """How long until the next look at a place that is removed; None: it was watched for long enough.

    Where the last round did not find it gone again, the next one comes after a day, two, four, ...
    """
    days = (now - removed_at) / timedelta(days=1)
    marks = (*WATCH_DAYS, *range(WATCH_DAYS[-1] + WATCH_EVERY_DAYS, WATCH_END_DAYS, WATCH_EVERY_DAYS))
    following = next((mark for mark in (*marks, WATCH_END_DAYS) if mark > days), None)
    if following is None:
        return None
    wait = max(timedelta(days=following - days), SOON)
    unsure = _unsure_rounds(looks)
    if unsure:
        wait = min(wait, timedelta(days=1 << min(unsure - 1, 5)))
    return _jittered(wait, sighting)


def _rounds(looks: Sequence[Look]) -> list[bool]:
    """For each round, the earliest first, whether any vantage point saw it; looks of one round are close."""
    rounds: list[tuple[datetime, bool]] = []
    for look in looks:
        seen = look.result in SEEN
        if rounds and look.at - rounds[-1][0] < SOON / 2:
            rounds[-1] = (rounds[-1][0], rounds[-1][1] or seen)
        else:
            rounds.append((look.at, seen))
    return [seen for _, seen in rounds]


def _unsure_rounds(looks: Sequence[Look]) -> int:
    """Looks at the end of the list that found something else than that it is gone."""
    return next((number for number, look in enumerate(reversed(looks)) if look.result == "gone"), len(looks))


def _jittered(wait: timedelta, sighting: str) -> timedelta:
    share = int.from_bytes(hashlib.sha256(sighting.encode()).digest()[:4]) / (1 << 32)
    return wait * (1 + (JITTER_SHARE if wait > SOON else JITTER_SHARE_SOON) * share)
