from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pytest

from tests.detect.service.values import prints_of, value_at
from tutela.arithmetic import DIHEDRAL_NAMES
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.service.audit import MemoryAudit
from tutela.detect.service.families import DAY_SECONDS
from tutela.detect.service.probing import PROBING, CutOff, Watch
from tutela.detect.service.roles import FAMILY_QUERIES_PER_DAY, Caller, CallerLimits
from tutela.detect.service.tables import SharedTables
from tutela.kernel import log
from tutela.kernel.errors import Refused
from tutela.kernel.metrics import PrometheusMetrics

NOW = 1e9


def a_caller(limits: CallerLimits | None = None) -> Caller:
    purpose = "uploads of a forum"
    return Caller(name="forum", roles=frozenset({"match"}), purpose=purpose, limits=limits or CallerLimits())


def probe(watch: Watch, caller: Caller, number: int, *, seed: int = 1, now: float = NOW) -> int:
    """How many variations were answered."""
    answered = 0
    for place in range(number):
        try:
            watch.query(caller, prints_of(value_at(seed, place)), met=False, now_seconds=now)
        except CutOff:
            continue
        answered += 1
    return answered


def test_a_probing_caller_gives_an_alarm_and_is_cut_off() -> None:
    audit, caller = MemoryAudit(), a_caller()
    watch = Watch(audit=audit)
    assert probe(watch, caller, 200) == FAMILY_QUERIES_PER_DAY - 1
    assert [line.step for line in audit.lines] == ["alarm", "family_cut"]
    assert {(line.name, line.id, line.family) for line in audit.lines} == {("forum", caller.id, 1)}
    assert FAMILY_QUERIES_PER_DAY < 100


def test_a_cut_off_has_its_own_face_and_is_a_refusal() -> None:
    watch, caller = Watch(), a_caller()
    probe(watch, caller, 60)
    with pytest.raises(Refused, match="variations of one picture") as told:
        watch.query(caller, prints_of(value_at(1, 99)), met=True, now_seconds=NOW)
    assert (told.value.code, told.value.http_status) == ("probing", 403)
    watch.query(caller, prints_of(value_at(2)), met=False, now_seconds=NOW)
    watch.admit(caller, now_seconds=NOW)


def test_a_caller_cut_off_as_a_whole_is_refused_before_the_work() -> None:
    caller, audit = a_caller(), MemoryAudit()
    watch = Watch(audit=audit)
    for seed in (1, 2, 3):
        probe(watch, caller, 60, seed=seed)
    assert audit.lines[-1].step == "caller_cut"
    for prints in (prints_of(value_at(9)), []):
        with pytest.raises(CutOff, match="token is cut off"):
            watch.query(caller, prints, met=False, now_seconds=NOW)
    with pytest.raises(CutOff, match="token is cut off"):
        watch.admit(caller, now_seconds=NOW)
    watch.admit(a_caller(), now_seconds=NOW)
    watch.admit(caller, now_seconds=NOW + DAY_SECONDS)


def test_an_operator_lifts_it() -> None:
    watch, caller = Watch(), a_caller()
    probe(watch, caller, 60)
    lifted = Caller(
        name=caller.name, id=caller.id, roles=caller.roles, purpose=caller.purpose, lifted_seconds=NOW + 1
    )
    watch.query(lifted, prints_of(value_at(1, 99)), met=True, now_seconds=NOW + 2)
    assert probe(watch, lifted, 30, now=NOW + 2) == 30


def test_raised_limits_hold() -> None:
    audit = MemoryAudit()
    watch = Watch(audit=audit)
    assert probe(watch, a_caller(CallerLimits(family_queries_per_day=1_000, raised=True)), 200) == 200
    assert audit.lines == []


def test_digests_alone_are_no_probing() -> None:
    audit = MemoryAudit()
    watch, caller = Watch(audit=audit), a_caller()
    for number in range(500):
        digest = [Fingerprint(kind="sha256", value=value_at(number))]
        watch.query(caller, digest, met=False, now_seconds=NOW)
    assert audit.lines == []


def test_log_and_metric_say_who_and_how_often_and_no_value() -> None:
    stream, metrics, caller = io.StringIO(), PrometheusMetrics([PROBING]), a_caller()
    log.configure(stream=stream)
    probe(Watch(metrics=metrics), caller, 70)
    log.configure()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["probing_alarm", "probing_cut_off"]
    assert [(line["caller"], line["family"]) for line in lines] == [(caller.id, 1)] * 2
    assert lines[1]["step"] == "family_cut"
    text = metrics.exposition().decode()
    assert 'tutela_probing_total{step="alarm"} 1.0' in text
    assert 'tutela_probing_total{step="family_cut"} 1.0' in text
    assert 'tutela_probing_total{step="refused"} 20.0' in text


def test_workers_count_together(tmp_path: Path) -> None:
    caller, key = a_caller(), bytes(32)
    watches = [Watch(SharedTables(tmp_path, key)) for _ in range(4)]
    answered = 0
    for place in range(120):
        try:
            query = prints_of(value_at(1, place))
            watches[place % 4].query(caller, query, met=False, now_seconds=NOW)
        except CutOff:
            continue
        answered += 1
    assert answered == FAMILY_QUERIES_PER_DAY - 1


@pytest.mark.parametrize("form", ["t", "f"])
def test_a_probe_behind_a_first_frame_that_means_nothing_is_noticed(form: str) -> None:
    audit, caller, draw = MemoryAudit(), a_caller(), random.Random(3)
    watch, answered = Watch(audit=audit), 0
    for number in range(200):  # half of them within the distance of a listed value, half beyond
        probe_value = value_at(1, *draw.sample(range(256), 30 + number % 4))
        met = number % 4 < 2
        frames = [
            Fingerprint(kind="pdq", value=value_at(1_000 + number), form=f"{form}0/r0"),
            Fingerprint(kind="pdq", value=probe_value, form=f"{form}1/r0"),
        ]
        forms = [f"{form}1/r0"] if met else []
        try:
            watch.query(caller, frames, met=met, now_seconds=NOW, met_forms=forms)
        except CutOff:
            break
        answered += 1
    assert [line.step for line in audit.lines] == ["alarm", "family_cut"]
    assert answered <= 2 * FAMILY_QUERIES_PER_DAY


def test_walking_along_the_edge_behind_a_first_frame_is_noticed() -> None:
    audit, caller = MemoryAudit(), a_caller()
    watch, answered = Watch(audit=audit), 0
    for number in range(200):
        met = number % 2 == 0
        frames = [
            Fingerprint(kind="pdq", value=value_at(1_000 + number), form="t0/r0"),
            Fingerprint(kind="pdq", value=value_at(1, number % 250, 255 - number % 5), form="t1/r0"),
        ]
        try:
            watch.query(caller, frames, met=met, now_seconds=NOW, met_forms=["t1/r0"] if met else [])
        except CutOff:
            break
        answered += 1
    assert audit.lines[-1].step == "family_cut" and answered <= FAMILY_QUERIES_PER_DAY


def test_films_with_one_end_card_and_copies_of_one_listed_film_are_no_probing() -> None:
    audit, caller = MemoryAudit(), a_caller()
    watch = Watch(audit=audit)
    for number in range(300):
        end_card = value_at(1, number % 200, 200 + number % 50)
        frames = [
            Fingerprint(kind="pdq", value=value_at(10_000 + 10 * number + at), form=f"t{at}/r0")
            for at in range(5)
        ]
        frames.append(Fingerprint(kind="pdq", value=end_card, form="t5/r0"))
        listed = number % 30 == 0  # ten copies, each a little different from the others
        if listed:
            frames[2] = Fingerprint(kind="pdq", value=value_at(2, number % 200), form="t2/r0")
        watch.query(caller, frames, met=listed, now_seconds=NOW, met_forms=["t2/r0"] if listed else [])
    assert audit.lines == []


def test_variations_that_are_turned_another_way_each_time_are_one_family() -> None:
    audit, caller, draw = MemoryAudit(), a_caller(), random.Random(1)
    watch, answered = Watch(audit=audit), 0
    for number in range(200):
        flips, way = draw.sample(range(256), 30 + number % 4), draw.randrange(8)
        prints = [
            Fingerprint(kind="pdq", value=value_at(100 + (place ^ way), *flips), form=f"f0/{name}")
            for place, name in enumerate(DIHEDRAL_NAMES)
        ]
        try:
            watch.query(caller, prints, met=False, now_seconds=NOW)
        except CutOff:
            continue
        answered += 1
    assert [line.step for line in audit.lines] == ["alarm", "family_cut"]
    assert answered == FAMILY_QUERIES_PER_DAY - 1
