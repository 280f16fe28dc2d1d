"""The fetcher's process: keys, vantage points, leftovers swept, what it holds while it runs."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import psutil
import pytest

from tests.processes.founded import started, within_patience
from tutela.config import Config
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.kernel.channels.memory import memory
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.errors import Unavailable
from tutela.kernel.fetcher.asking import SOCKET, FetcherProcess
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched
from tutela.processes.fetching import PROXIED, digest_of, run_fetcher, vantage_points
from tutela.processes.places import sockets
from tutela.processes.probing import listens_at

PLACE = "https://host.test/a.png"


def order(home: Path, url: str) -> FetchOrder:
    return FetchOrder(sealed_url=seal_text(url, fetch_key_store(home, SystemClock())), bytes_max=1 << 20)


def test_a_proxy_is_a_second_way_and_takes_everything() -> None:
    made: list[EgressSettings] = []

    def make(egress: EgressSettings) -> ReplayFetcher:
        made.append(egress)
        return ReplayFetcher()

    assert set(vantage_points(EgressSettings(), make)) == {"direct"}
    assert set(vantage_points(EgressSettings(socks="127.0.0.1:9050"), make)) == {"direct", PROXIED}
    assert [one.socks_for for one in made] == ["onion", "onion", "all"]


def test_each_named_proxy_is_a_way_of_its_own_and_takes_everything() -> None:
    named = EgressSettings.model_validate(
        {"vantages": [{"name": "north", "socks": "127.0.0.1:1080"}, {"name": "south", "socks": "[::1]:1081"}]}
    )
    made = vantage_points(named, Told)
    assert set(made) == {"direct", "north", "south"}
    told = {name: (one.egress.socks, one.egress.socks_for) for name, one in made.items()}  # type: ignore[attr-defined]  # made above
    assert told["north"] == ("127.0.0.1:1080", "all") and told["direct"] == ("", "onion")


class Told(ReplayFetcher):
    """A fetcher that knows what it was made with."""

    def __init__(self, egress: EgressSettings) -> None:
        super().__init__()
        self.egress = egress


@pytest.mark.parametrize("name", ["direct", "proxied", "North", "", "a b"])
def test_a_vantage_point_has_a_name_of_its_own(name: str) -> None:
    one = {"name": name, "socks": "127.0.0.1:1080"}
    with pytest.raises(ValueError, match=r"name"):
        EgressSettings.model_validate({"vantages": [one]})


def test_two_vantage_points_of_one_name_are_refused() -> None:
    one = {"name": "north", "socks": "127.0.0.1:1080"}
    with pytest.raises(ValueError, match="of its own"):
        EgressSettings.model_validate({"vantages": [one, one]})


def test_other_settings_have_another_digest() -> None:
    assert digest_of(EgressSettings()) == digest_of(EgressSettings())
    assert digest_of(EgressSettings()) != digest_of(EgressSettings(redirects_max=1))


def test_it_answers_at_its_socket_and_sweeps_what_a_dead_one_left(house: Path) -> None:
    left = house / "vault/objects/ab/blb_ab.age.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    stop = threading.Event()
    running = threading.Thread(
        target=run_fetcher,
        args=({"direct": ReplayFetcher({PLACE: Recorded(body=b"picture")})}, Config(), house, stop),
        kwargs={"say": print},
    )
    running.start()
    path = sockets(house) / SOCKET
    try:
        assert within_patience(lambda: listens_at(path))
        assert not left.exists()
        with memory() as descriptor:
            found = FetcherProcess(path).fetch(order(house, PLACE), descriptor)
        assert isinstance(found, Fetched)
        assert found.body is not None
    finally:
        stop.set()
        running.join(10)
    assert not path.exists()


def test_without_keys_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        run_fetcher({}, Config(), tmp_path, threading.Event(), say=print)


@pytest.mark.slow
def test_the_process_holds_no_database_and_leaves_no_bytes_when_it_is_killed(house: Path) -> None:
    running = started(house, ["run", "fetcher"])
    path = sockets(house) / SOCKET
    try:
        assert within_patience(lambda: listens_at(path))
        process = psutil.Process(running.pid)
        opened = " ".join(one.path for one in process.open_files())
        assert "sqlite" not in opened
        assert ".key" not in opened
        assert "DATABASE" not in Path(f"/proc/{running.pid}/environ").read_text()
        assert "django" not in Path(f"/proc/{running.pid}/maps").read_text()
        with memory() as descriptor:
            refused = FetcherProcess(path).fetch(order(house, "http://127.0.0.1/"), descriptor)
        assert refused == NotFetched(reason="address_refused", url="http://127.0.0.1/")
    finally:
        running.send_signal(signal.SIGKILL)
        running.communicate()
    again = started(house, ["run", "fetcher"])
    try:
        assert within_patience(lambda: listens_at(path))
        assert not list((house / "vault/objects").rglob("*.part"))
    finally:
        again.send_signal(signal.SIGTERM)
        out, _ = again.communicate(timeout=30)
    assert again.returncode == 0
    assert out.startswith("a rehearsal: only names under .test are fetched\n== fetcher on ")
