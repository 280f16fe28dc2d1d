from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from tests.detect.service.drafts import act, create
from tutela.commands.serve_match import only_one
from tutela.detect.service.assembly import CHANGES, TOKENS
from tutela.detect.service.doctor import installation
from tutela.detect.service.doctor.examination import Place, examine
from tutela.detect.service.doctor.findings import Finding, ok
from tutela.detect.service.doctor.processes import Processes
from tutela.detect.service.follower import Follower
from tutela.detect.service.log_opening import open_shared
from tutela.detect.service.roles import CallerLimits
from tutela.detect.service.settings import ServiceSettings
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.detect.service.token_file import Wanted, issue
from tutela.kernel.clock import SystemClock

if TYPE_CHECKING:
    from tests.postgres import Server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and starts a sandboxed worker")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(installation, "worker", lambda _: ok("worker", "not started here"))
    return tmp_path / "home"


def examined(home: Path) -> dict[str, Finding]:
    return {one.check: one for one in examine(Place(home=home))}


def tree(home: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_mode) for path in [home, *home.rglob("*")]}


def test_a_fresh_installation_only_warns_and_nothing_is_made(home: Path) -> None:
    found = examined(home)
    assert not [one.line() for one in found.values() if one.state == "fail"]
    warned = {name for name, one in found.items() if one.state == "warn"}
    assert {"home", "tokens", "log", "follower", "lists"} <= warned
    assert not home.exists()


def test_a_service_at_work_passes_and_is_left_as_it_is(home: Path) -> None:
    folder = home / "match"
    folder.mkdir(parents=True, mode=0o700)
    wanted = Wanted(
        name="forum", roles=("match",), purpose="uploads of a forum", days=90, limits=CallerLimits()
    )
    issue(folder / TOKENS, wanted, SystemClock().now())
    with SqliteChangeLog(folder / CHANGES) as log, Follower(log, folder) as follower:
        log.append(create("known"))
        while follower.step():
            pass
        before = tree(home)
        found = examined(home)
        assert tree(home) == before
    expected = ("home", "owner", "tokens", "raised", "log", "follower", "lists", "hooks", "feed-key")
    assert {name: found[name].state for name in expected} == dict.fromkeys(expected, "ok")


def test_every_check_has_a_name_and_every_trouble_its_advice(home: Path) -> None:
    found = list(examine(Place(home=home)))
    assert len({one.check for one in found}) == len(found)
    assert all(one.advice for one in found if one.state != "ok")
    assert all("\n" not in one.line() for one in found)


def test_a_state_that_cannot_be_read_is_told_once(home: Path) -> None:
    (home / "match").mkdir(parents=True, mode=0o700)
    (home / "match" / "applied.json").write_text("{", encoding="utf-8")
    (home / "match" / "applied.json").chmod(0o600)
    found = examined(home)
    assert found["follower"].state == "fail"
    assert found["log"].state == "warn"


def test_another_log_than_the_followed_one_fails(home: Path) -> None:
    folder = home / "match"
    folder.mkdir(parents=True, mode=0o700)
    with SqliteChangeLog(folder / "other.sqlite") as log, Follower(log, folder) as follower:
        log.append(create("known"))
        log.append(act("known", "retire"))
        follower.step()
    with SqliteChangeLog(folder / CHANGES) as log:
        log.append(create("known"))
    assert examined(home)["log"].state == "fail"


def test_the_worker_goes_by_the_rules_of_the_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def worker(rules: object) -> Finding:
        seen.append(rules)
        return ok("worker", "noted")

    monkeypatch.setattr(installation, "worker", worker)
    place = Place(home=home)
    list(examine(place))
    assert seen == [place.rules]
    assert place.folder == home / "match"
    assert os.path.isabs(place.home)


def log_of_several(home: Path, address: str) -> Finding:
    settings = ServiceSettings(change_log=SecretStr(address))
    found = {one.check: one for one in examine(Place(home=home, settings=settings))}
    assert address not in found["log"].line()
    return found["log"]


@pytest.mark.needs("postgres")
def test_the_log_that_several_machines_share_is_asked(home: Path, postgres_server: Server) -> None:
    address = postgres_server.empty_log()
    assert log_of_several(home, address).state == "ok"
    with closing(open_shared(address)) as log, Follower(log, home / "match") as follower:
        log.append(create("known"))
        follower.step()
    assert log_of_several(home, address).what == "the change log is whole: 1 change without a gap"
    told = log_of_several(home, postgres_server.empty_log())
    assert (told.state, "another change log" in told.advice) == ("fail", True)


@pytest.mark.needs("postgres")
def test_a_shared_log_that_is_away_is_no_damage(home: Path, postgres_server: Server) -> None:
    address = postgres_server.address(database="nowhere")
    assert log_of_several(home, address).state == "warn"
    assert log_of_several(home, "postgresql:///nowhere").state == "fail"


WITHOUT_POWERS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="gives files away, as root")
@pytest.mark.parametrize("above", [0o700, 0o755])
def test_whoever_may_not_read_the_data_is_told_so_and_the_rest(tmp_path: Path, above: int) -> None:
    folder = tmp_path / "kept" / "home" / "match"
    folder.mkdir(parents=True)
    for one, mode in ((folder, 0o700), (folder.parent, 0o755), (folder.parent.parent, above)):
        os.chown(one, 65_534, 65_534)
        one.chmod(mode)
    environment = {**os.environ, "TUTELA_HOME": str(folder.parent)}
    asked = [*WITHOUT_POWERS, sys.executable, "-m", "tutela", "doctor"]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=60)
    failed = [line for line in done.stdout.splitlines() if line.startswith("fail")]
    assert (done.returncode, len(failed), done.stderr) == (1, 1, "")
    assert "cannot be read" in failed[0]
    assert "the service is for this machine only" in done.stdout


def test_a_service_whose_follower_is_gone_fails(home: Path) -> None:
    folder = home / "match"
    folder.mkdir(parents=True, mode=0o700)
    assert examined(home)["follower"].state == "warn"
    with only_one(folder):
        if Processes().supervisor(folder) is None:
            pytest.skip("this machine hides who holds a lock")
        assert examined(home)["follower"].state == "fail"
        assert examined(home)["descriptors"].what.startswith("the service may open")
