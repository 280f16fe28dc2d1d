"""The query watch: notices callers who feel for the edge of matching, and stops them (threat ST-16).

Whoever may ask for many small variations of one picture learns how to change it until it is no longer
found, or what a listed value is. Every caller's queries are gathered into families (``families``); a
family with half the caller's ``family_queries_per_day`` gives an alarm, with all of it it is cut off for a
day: further variations of that picture are refused, what was answered before still is. The third family
within a day cuts the caller off as a whole. ``tutela service token lift NAME`` ends both earlier.

Asked with digests alone, there is no edge to feel for: the rate limit holds (``rates``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.service.audit import Audit, MemoryAudit, Noted
from tutela.detect.service.families import Asked, Sighting, Step
from tutela.detect.service.roles import Caller
from tutela.detect.service.scenes import shown_of
from tutela.detect.service.tables import MemoryTables, Tables
from tutela.kernel.errors import Refused
from tutela.kernel.log import declare_words, get_logger
from tutela.kernel.metrics import Metric, Metrics, NullMetrics

#: What is said of each step, in the audit and as the label of the metric.
STEP_WORDS = {
    Step.ALARM: "alarm",
    Step.FAMILY_CUT: "family_cut",
    Step.CALLER_CUT: "caller_cut",
    Step.REFUSED: "refused",
}
PROBING = Metric(
    name="tutela_probing_total",
    kind="counter",
    help="Alarms, cut-offs and refused queries of the query watch.",
    labels={"step": frozenset(STEP_WORDS.values())},
)

#: By name, since every upload comes by here (``families``).
_CALM = Step.CALM

declare_words("alarm", "family_cut", "caller_cut")
_log = get_logger("detect.service")


class CutOff(Refused):
    """The query is one more variation of a picture of which this caller asked too many, or it is cut off."""

    code = "probing"
    http_status = 403


class Watch:
    """Watches the queries of all callers. Safe to share between threads; between processes with
    ``SharedTables``. Memory is bounded: ``tables.CALLERS_MAX`` callers of ``families.ROWS_MAX`` values.
    """

    def __init__(
        self, tables: Tables | None = None, *, audit: Audit | None = None, metrics: Metrics | None = None
    ) -> None:
        """Without ``tables`` the watch counts for this process alone, without ``audit`` in memory."""
        #: Where the callers' families stand; ``rates.Rates`` keeps its accounts there too.
        self.tables: Tables = MemoryTables() if tables is None else tables
        self._audit: Audit = MemoryAudit() if audit is None else audit
        self._metrics: Metrics = NullMetrics() if metrics is None else metrics

    def admit(self, caller: Caller, *, now_seconds: float) -> None:
        """Returns when the caller is not cut off as a whole: ask before the work is done.

        ``now_seconds`` is wall time since 1970 (UTC). Raises CutOff, Unavailable.
        """
        with self.tables.of(caller.id) as families:
            cut = families.is_cut(now_seconds, caller.lifted_seconds)
        if cut:
            self._refuse(whole=True)

    def query(
        self,
        caller: Caller,
        prints: Sequence[Fingerprint],
        *,
        met: bool,
        now_seconds: float,
        met_forms: Collection[str] = (),
    ) -> None:
        """Takes note of one query and of its answer; call it before the answer is given.

        ``prints`` are the fingerprints of one upload, or one fingerprint that was asked for by itself
        (each member of a batch is a query of its own). ``met`` is whether a perceptual entry was met, and
        ``met_forms`` are the forms that did (``scenes``).
        ``now_seconds`` is wall time since 1970 (UTC). Raises CutOff when the answer must not be given,
        Unavailable when the shared tables cannot be read.
        """
        shown = shown_of(prints, met=met, met_forms=met_forms)
        if not shown:
            return self.admit(caller, now_seconds=now_seconds)
        file = _file_of(prints)
        with self.tables.of(caller.id) as families:
            seen = [
                families.note(
                    Asked(
                        value=one.value,
                        met=one.met,
                        file=file,
                        turned=one.turned,
                    ),
                    now_seconds=now_seconds,
                    limit=caller.limits.family_queries_per_day,
                    lifted_seconds=caller.lifted_seconds,
                    another=number == 0,
                    counts=one.counts,
                )
                for number, one in enumerate(shown)
            ]
        for sighting, one in sorted(zip(seen, shown, strict=True), key=lambda pair: pair[0].step):
            if sighting.step is not _CALM:
                self._tell(caller, sighting, one.value, met=one.met)
        return None

    def _tell(self, caller: Caller, seen: Sighting, value: bytes, *, met: bool) -> None:
        """Log, metric and audit of a step; raises CutOff unless it is only an alarm."""
        if seen.step is Step.REFUSED:
            self._refuse(whole=seen.family == 0)
        word = STEP_WORDS[seen.step]
        self._metrics.count(PROBING, step=word)
        self._audit.write(
            Noted(
                step=word,
                name=caller.name,
                id=caller.id,
                family=seen.family,
                burst=round(seen.burst, 1),
                edges=seen.edges,
                met=met,
            ),
            value,
        )
        if seen.step is Step.ALARM:
            _log.warning("probing_alarm", caller=caller.id, family=seen.family)
            return
        _log.warning("probing_cut_off", caller=caller.id, family=seen.family, step=word)
        raise _cut_off(whole=seen.step is Step.CALLER_CUT)

    def _refuse(self, *, whole: bool) -> None:
        self._metrics.count(PROBING, step=STEP_WORDS[Step.REFUSED])
        raise _cut_off(whole=whole)


def _cut_off(*, whole: bool) -> CutOff:
    if whole:
        return CutOff("this token is cut off for a day after too many variations of several pictures")
    return CutOff("too many variations of one picture were asked for; further ones are refused for a day")


def _file_of(prints: Sequence[Fingerprint]) -> int:
    """64 bits of the upload's SHA-256, or 0 when only fingerprints were given."""
    return next((int.from_bytes(one.value[:8], "little") for one in prints if one.kind == "sha256"), 0)
