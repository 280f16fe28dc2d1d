"""A service over a real data folder and a real sandbox: altered copies, containers, and nothing on disk."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.detect.service import making
from tests.detect.service.making import START
from tests.pictures import jpeg, landscape
from tutela.detect.fingerprints.files import fingerprint_file
from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import Ask
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.assembly import assembled
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.follower import Follower
from tutela.detect.service.hook_signing import new_secret
from tutela.detect.service.problems import Busy
from tutela.detect.service.roles import Caller, CallerLimits
from tutela.detect.service.settings import HmaSettings, ServiceSettings
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.errors import Invalid, Refused, Unavailable

LISTED = landscape(4_711, 640, 480)


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as started:
        yield started


@pytest.fixture(scope="module")
def prints(pool: MediaPool) -> FileFingerprints:
    fd = os.memfd_create("listed")
    os.write(fd, jpeg(LISTED, quality=90))
    try:
        return fingerprint_file(pool, fd, Ask(), dihedral=False)
    finally:
        os.close(fd)


@pytest.fixture
def client(pool: MediaPool, prints: FileFingerprints) -> Any:
    """A client over the real sandbox; the list holds MD5, SHA-256 and upright PDQ of ``LISTED``."""
    kept = [one for one in prints.prints if one.kind in ("md5", "sha256", "pdq")]
    entries = [
        ListEntry(entry="e1", kind=one.kind, value=one.value, quality=one.quality, legal_class="csam")
        for one in kept
    ]
    lists = making.shelf(demo=MemoryList(making.header(), entries))
    return making.client(making.service(pool=pool, lists=lists, clock=SystemClock()))


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.jpg", content)
    return packed.getvalue()


def test_the_listed_file_is_known_by_its_sha256(client: Any) -> None:
    said = client.post("/v1/match", content=jpeg(LISTED, quality=90)).json()
    assert (said["status"], said["confirmed"]) == ("known", "sha256")
    assert said["media"]["container"] == "jpeg"


@pytest.mark.parametrize(
    ("turn", "form"),
    [(Image.Transpose.FLIP_LEFT_RIGHT, "f0/m"), (Image.Transpose.ROTATE_90, "f0/r"), (None, "f0/r0")],
)
def test_a_mirrored_or_turned_copy_is_a_candidate(client: Any, turn: Any, form: str) -> None:
    copy = LISTED if turn is None else LISTED.transpose(turn)
    said = client.post("/v1/match", content=jpeg(copy, quality=55)).json()
    assert (said["status"], said["confirmed"]) == ("candidate", None)
    assert said["matches"][0]["form"].startswith(form)
    assert said["matches"][0]["distance_bits"] <= 31


def test_another_picture_is_unknown(client: Any) -> None:
    said = client.post("/v1/match", content=jpeg(landscape(99, 640, 480))).json()
    assert (said["status"], said["matches"]) == ("unknown", [])


def test_a_container_has_the_worst_status_of_its_members(client: Any) -> None:
    body = zipped(other=jpeg(landscape(99, 640, 480)), mirrored=jpeg(LISTED.transpose(Image.Transpose(0))))
    said = client.post("/v1/match", content=body).json()
    assert (said["status"], said["media"]["container"]) == ("candidate", "zip")
    assert said["members_seen"] == 2
    assert [(one["member"], one["status"]) for one in said["members"]] == [("mirrored.jpg", "candidate")]


def test_the_role_match_is_not_told_of_members(client: Any) -> None:
    answer = client.post(
        "/v1/match", content=zipped(listed=jpeg(LISTED)), headers={"Authorization": "Bearer match"}
    )
    assert answer.json()["matches"] == [{"list": "demo", "version": "7", "class": "csam"}]
    assert "listed.jpg" not in answer.text


def test_a_picture_that_is_cut_off_and_unknown_is_an_error(client: Any) -> None:
    answer = client.post("/v1/match", content=jpeg(landscape(5, 640, 480))[:400])
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unreadable")


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing", b"just words", b"\0" * 5_000])
def test_what_is_no_picture_is_an_error_and_the_worker_lives_on(client: Any, content: bytes) -> None:
    answer = client.post("/v1/match", content=content)
    assert answer.status_code in (415, 422)
    assert client.post("/v1/match", content=jpeg(LISTED)).status_code == 200


def test_ready_with_a_real_sandbox(client: Any) -> None:
    assert client.get("/ready").json()["ready"] is True


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "match"
    folder.mkdir(mode=0o700)
    return folder


def test_a_new_service_starts_without_lists_and_says_so(data: Path) -> None:
    running = assembled(ServiceSettings(metrics_open=True), Recipe(), data)
    with making.client(running, token="") as client:
        assert client.get("/health").json() == {"status": "alive"}
        answer = client.get("/ready")
        assert answer.status_code == 503
        assert "lists" in [one["code"] for one in answer.json()["reasons"]]
        assert client.post("/v1/match", content=b"x").status_code == 401
        assert "tutela_service_change_count 0.0" in client.get("/metrics").text
    with pytest.raises(Unavailable):  # the end of the application closed the sandbox
        running.matcher.media(0)


def test_uploads_leave_nothing_on_the_disk(data: Path) -> None:
    running = assembled(ServiceSettings(), Recipe(), data)
    running.tokens = making.FakeTokens()
    with making.client(running) as client:
        before = {path.name for path in data.rglob("*")}
        client.post("/v1/match", content=jpeg(LISTED))
        client.post("/v1/match", content=b"")
        assert {path.name for path in data.rglob("*")} == before


def test_the_profile_is_web_and_the_sandbox_must_be_whole(data: Path) -> None:
    running = assembled(ServiceSettings(), Recipe(profile="forensic"), data)
    try:
        assert running.matcher.ask.limits.archive_entries_max == 1_000
        assert running.matcher.pool.rules.lockdown_required  # type: ignore[attr-defined]  # the protocol's user
    finally:
        running.close()


def test_processes_share_the_watch_by_its_key(data: Path) -> None:
    running = assembled(ServiceSettings(), Recipe(), data, watch_key=b"k" * 32, processes=2)
    try:
        assert (data / "watch").is_dir()
        assert running.processes == 2
        assert running.figures_folder is not None
        running.figures_folder.mkdir()
        (data / "figures-of-an-earlier-start").mkdir()
        again = assembled(ServiceSettings(), Recipe(), data, watch_key=b"k" * 32, processes=2)
        again.close()
        assert [path.name for path in data.glob("figures-*")] == [running.figures_folder.name]
    finally:
        running.close()
        running.close()


def test_processes_share_the_limits_of_a_caller_by_its_key(data: Path) -> None:
    both = [
        assembled(
            ServiceSettings(), Recipe(), data, watch_key=b"k" * 32, processes=2, clock=FixedClock(START)
        )
        for _ in range(2)
    ]
    caller = Caller(
        name="forum",
        roles=frozenset({"match"}),
        purpose="tests",
        limits=CallerLimits(queries_per_second=50, queries_per_day=7),
    )
    try:
        both[0].check_rate(caller, 5)
        both[1].check_rate(caller, 2)
        for one in both:
            with pytest.raises(Busy, match="this day") as caught:
                one.check_rate(caller)
            assert caught.value.retry_after_seconds == 12 * 3_600
    finally:
        for one in both:
            one.close()


def test_what_the_follower_applied_is_found_with_the_number_of_its_change(data: Path, prints: Any) -> None:
    running = assembled(ServiceSettings(), Recipe(), data)
    running.tokens = making.FakeTokens()
    head = making.header("hotline", law="DE 184b")
    (pdq,) = [one for one in prints.prints if one.kind == "pdq"]
    entry = ListEntry(entry="e1", kind="pdq", value=pdq.value, quality=pdq.quality, legal_class="csam")
    with making.client(running) as client, Follower(running.log, data) as follower:
        running.log.append(Draft(list="hotline", act="create", caller="curator", header=head))
        number = running.log.append(Draft(list="hotline", act="add", caller="curator", entries=(entry,)))
        while follower.step():
            pass
        running.shelf.wait(number, 5.0)  # type: ignore[attr-defined]  # the real shelf can
        said = client.post(
            "/v1/match", content=jpeg(LISTED.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
        ).json()
        assert (said["status"], said["change"]) == ("candidate", number)
        assert [(one["list"], one["entry"]) for one in said["matches"]] == [("hotline", "e1")]
        assert client.get("/ready").json()["ready"] is True
        assert client.post("/v1/match?list=hotline", content=jpeg(LISTED)).json()["status"] == "candidate"


def test_hooks_and_opinions_of_the_settings_are_there(data: Path) -> None:
    chosen = {
        "hooks": [{"name": "desk", "url": "https://desk.example/in"}],
        "hook_secrets": {"desk": [new_secret()]},
        "opinions": ["vendor-simulator"],
        "opinion_terms": {"vendor-simulator": {"legal_basis": "an agreement of 2026", "leaves": ["bytes"]}},
    }
    running = assembled(ServiceSettings.model_validate(chosen), Recipe(), data)
    running.tokens = making.FakeTokens()
    with making.client(running, token="statistics") as client:
        assert [one["endpoint"] for one in client.get("/v1/hooks").json()["endpoints"]] == ["desk"]
        assert 'tutela_hook_waiting_count{receiver="desk"} 0.0' in client.get("/metrics").text
        assert running.panel is not None
        assert running.panel.names == ("vendor-simulator",)


def test_a_list_that_is_made_before_anybody_tells_is_told_all_the_same(data: Path) -> None:
    desk = {
        "hooks": [{"name": "desk", "url": "https://desk.example/in"}],
        "hook_secrets": {"desk": [new_secret()]},
    }
    running = assembled(ServiceSettings.model_validate(desk), Recipe(), data)
    try:
        before = running.log.head()
        assert running.hooks is not None
        assert running.hooks.queue.mark(f"told {running.log.identity}") == before
    finally:
        running.close()


def test_a_log_that_is_away_keeps_no_service_from_starting(data: Path) -> None:
    class Away(MemoryChangeLog):
        def head(self) -> int:
            raise Unavailable("the database is away")

    running = assembled(ServiceSettings(), Recipe(), data, log=Away())
    try:
        assert running.hooks is not None and running.hooks.states() == []
    finally:
        running.close()


def test_an_opinion_without_a_legal_basis_keeps_the_service_from_starting(data: Path) -> None:
    with pytest.raises(Refused, match="legal_basis"):
        assembled(ServiceSettings(opinions=("vendor-simulator",)), Recipe(), data)


def test_networks_that_no_setting_opens_keep_the_service_from_starting(data: Path) -> None:
    with pytest.raises(Invalid, match="loopback"):
        assembled(ServiceSettings(fetch_networks=("127.0.0.0/8",)), Recipe(), data)


def test_addresses_are_fetched_only_where_the_settings_say_so(data: Path) -> None:
    for settings, fetches in (
        (ServiceSettings(arachnid_enabled=True), False),
        (ServiceSettings(arachnid_enabled=True, arachnid_urls=True), True),
        (ServiceSettings(hma=HmaSettings(enabled=True)), False),
        (ServiceSettings(hma=HmaSettings(enabled=True, urls=True)), True),
    ):
        running = assembled(settings, Recipe(), data, egress=EgressSettings(user_agent="a test"))
        try:
            assert (running.fetches is not None) is fetches
        finally:
            running.close()
