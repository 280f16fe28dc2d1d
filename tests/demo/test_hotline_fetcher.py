"""The demonstration's fetcher meets its own hosts and nothing else of this machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.kernel.egress.speaking import fetch, ok, speaker
from tutela.demo.hotline_fetcher import command, demo_fetcher
from tutela.kernel.egress.fetcher_contract import enabled_fetcher
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Response


class Nowhere:
    def write(self, untrusted_data: bytes, /) -> None:
        """Nothing."""


def failed(answer: Response | Failure) -> Failure:
    assert isinstance(answer, Failure)
    return answer


def test_nothing_else_on_loopback_is_met() -> None:
    with speaker(ok(b"secret")) as there:
        door = demo_fetcher(there.port)
        plain, _ = fetch(door, f"http://127.0.0.1:{there.port}/")
        named, _ = fetch(door, f"http://other.example:{there.port}/")
    assert failed(plain).reason == "address_refused"
    assert failed(named).reason == "name_unresolved"


def test_the_fetcher_of_tutela_run_meets_no_host_of_the_demonstration() -> None:
    with speaker(ok(b"secret"), host="127.77.0.10") as there:
        door = enabled_fetcher(EgressSettings(ports=(there.port,)))
        request = FetchRequest(untrusted_url=f"http://127.77.0.10:{there.port}/", sink=Nowhere())
        answer = door.fetch(request)
    assert failed(answer).reason == "address_refused"


@pytest.mark.parametrize("name", ["TUTELA_DEMO", "TUTELA_EGRESS__NETWORKS", "TUTELA_EGRESS__POLICY"])
def test_no_variable_leads_to_it(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tutela", "run", "fetcher"],
        env={name: "127.77.0.0/24"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert name in done.stderr


def test_it_is_this_module_that_is_started() -> None:
    assert command(8080)[-2:] == ("tutela.demo.hotline_fetcher", "8080")
