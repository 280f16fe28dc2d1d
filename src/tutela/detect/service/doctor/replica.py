"""Does somebody work in what is new in the change log, and how far is this replica."""

from __future__ import annotations

from tutela.detect.service.applied import Applied
from tutela.detect.service.doctor.findings import Finding, fail, ok, warn


def follower(
    pid: int | None, applied: Applied | None, *, is_served: bool, behind_seconds_max: float
) -> Finding:
    """Is the follower alive, and is what was acknowledged live here.

    ``pid`` is the follower's process, ``applied`` its last word; ``is_served``: somebody answers questions.
    """
    check = "follower"
    if applied is None:
        return fail(check, "applied.json cannot be read", "stop the service, remove it and the lists, start")
    fresh = applied.sequence > 0 and applied.behind_seconds == 0.0
    if pid is None and not fresh:
        return _absent(is_served=is_served)
    if applied.behind_seconds > behind_seconds_max:
        said = f"the follower is {applied.behind_seconds:,.0f} seconds behind the change log"
        return fail(check, said, "look for follower_stopped in the log, at the disk, and at how busy it is")
    return ok(check, f"the follower works; everything up to change {applied.sequence:,} is live here")


def _absent(*, is_served: bool) -> Finding:
    if is_served:
        said = "the service answers, but no follower works on this data folder"
        return fail("follower", said, "see that TUTELA_HOME is the service's; else start the service anew")
    return warn("follower", "the service does not run on this data folder", "start it: tutela serve match")
