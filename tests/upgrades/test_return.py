"""Release n, the next one, and back, as an operator does it: real processes on one data folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx  # noqa: TID251 - the client of a test; the product has none
import pytest

from tests.serving import free_port
from tests.upgrades.golden import RELEASES, unpacked
from tests.upgrades.newer import MORE, NEXT
from tests.upgrades.newer_release import migrate
from tools.golden import value_of
from tutela.detect.matching.folder import read_head
from tutela.detect.service.sqlite_log import SqliteChangeLog

#: Seconds until something that must happen has happened on a busy machine.
PATIENCE_SECONDS = 40.0
THIS, NEWER = "tutela", "tests.upgrades.newer_release"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="needs the sandbox")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return unpacked(RELEASES[-1], tmp_path / "home")


def run(release: str, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command of a release, to its end."""
    return subprocess.run(
        [sys.executable, "-m", release, *words],
        env={**os.environ, "TUTELA_HOME": str(home)}, capture_output=True, text=True,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip


def token_of(release: str, home: Path, name: str) -> str:
    done = run(
        release, home, "service", "token", "add", name,
        "--role", "curate", "--role", "detail", "--purpose", "tests of going back", "--days", "1",
    )  # fmt: skip
    found = re.search(r"tut_[0-9a-z]+", done.stdout)
    assert found is not None, done.stderr
    return found.group()


@contextmanager
def service(release: str, home: Path, token: str) -> Iterator[httpx.Client]:
    """The service of a release on that data, as long as the block lasts."""
    port = free_port()
    words = [sys.executable, "-m", release, "serve", "match", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(words, env={**os.environ, "TUTELA_HOME": str(home)}, stdout=subprocess.DEVNULL)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=PATIENCE_SECONDS
        ) as client:
            wait_for(lambda: _is_up(client))
            yield client
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def put(client: httpx.Client, name: str) -> None:
    value = {"kind": "md5", "value": value_of("md5", name).hex()}
    answer = client.put(f"/v1/lists/golden/entries/{name}", json={"values": [value]})
    assert answer.status_code in (200, 201, 202), answer.text  # a busy machine takes more than 2 s
    change = answer.json()["change"]
    wait_for(lambda: bool(client.get("/ready").json().get("change", 0) >= change))


def matched(client: httpx.Client, names: Sequence[str]) -> set[str]:
    """Which of these names' values are found."""
    prints = [{"kind": "md5", "value": value_of("md5", name).hex()} for name in names]
    answer = client.post("/v1/match", json={"prints": prints})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return {str(match["entry"]) for match in told["matches"]}


def test_forth_and_back_loses_nothing(home: Path) -> None:
    folder, names = home / "match", ["merged", "tail-0", "tail-1", "first", "second", "third"]
    first = token_of(THIS, home, "first")
    with service(THIS, home, first) as client:
        put(client, "first")
        assert matched(client, names) == {"entry-merged", "entry-tail-0", "first"}
    migrate(folder)
    second = token_of(NEWER, home, "second")
    with service(NEWER, home, first) as client:
        put(client, "second")
        assert matched(client, names) == {"entry-merged", "entry-tail-0", "first", "second"}
    assert says_more(folder), "the newer release wrote what this one does not know"
    with service(THIS, home, second) as client:
        assert matched(client, names) == {"entry-merged", "entry-tail-0", "first", "second"}
        put(client, "third")
        assert client.get("/ready").status_code == 200
        state = client.get("/v1/lists/held").json()
    assert state["held"] is not None
    with service(NEWER, home, second) as client:
        assert matched(client, names) == {"entry-merged", "entry-tail-0", "first", "second", "third"}
    with SqliteChangeLog(folder / "changes.sqlite") as log:
        assert [change.entries[0].entry for change in log.after(0)[-3:]] == ["first", "second", "third"]


def says_more(folder: Path) -> bool:
    """True when a change, the state of the replica and the tail of the list have unknown fields."""
    with SqliteChangeLog(folder / "changes.sqlite") as log:
        rows = log._ask("SELECT payload FROM changes ORDER BY sequence DESC LIMIT 1")
    tokens = json.loads((folder / "tokens.json").read_bytes())
    texts = [json.loads(rows[0][0]), json.loads((folder / "applied.json").read_bytes()), tokens]
    read_head(folder / "lists" / "golden")
    tail = (folder / "lists" / "golden" / "tail.log").read_bytes()
    return all(MORE.items() <= text.items() for text in texts) and b'"reviewed": true' in tail


@pytest.mark.parametrize("name", ["change log", "standing of a list", "tokens"])
def test_the_service_does_not_start_on_what_only_a_newer_release_reads(name: str, home: Path) -> None:
    NEXT[name](home)
    done = run(THIS, home, "serve", "match", "--port", str(free_port()))
    assert done.returncode == 2
    assert "a newer release that reads version 2 is needed, and nothing was changed" in done.stderr
