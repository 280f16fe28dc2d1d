"""The two sites as their operator runs them: they answer, on their own port, and end in order."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx  # noqa: TID251 - the client of a test; the product has none
import pytest

from tests.processes.founded import found_house, started, tutela, within_patience
from tests.serving import free_port
from tutela.kernel.errors import Invalid
from tutela.processes.probing import listens_on_port

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_house(tmp_path_factory.mktemp("sites") / "home")


@pytest.mark.parametrize(("site", "path"), [("public", "/"), ("desk", "/")])
def test_a_site_answers_without_a_word_about_itself_and_ends_in_order(
    home: Path, site: str, path: str
) -> None:
    port = free_port()
    running = started(home, ["serve", site, "--listen", f"127.0.0.1:{port}"])
    try:
        assert within_patience(lambda: listens_on_port("127.0.0.1", port))
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30)
        assert answer.status_code < 500
        assert ("set-cookie" in answer.headers) is False or site == "desk"
    finally:
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=30)
    assert running.returncode == 0, out
    assert out.splitlines()[0].partition(",")[0] == f"== {site} on http://127.0.0.1:{port}"


@pytest.mark.parametrize("site", ["public", "desk"])
def test_a_taken_port_and_port_zero_are_refused(home: Path, site: str) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = tutela(home, "serve", site, "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 2
    assert "cannot be listened on" in done.stderr
    assert tutela(home, "serve", site, "--listen", "127.0.0.1:0").returncode == 2


def test_port_zero_has_the_settings_name() -> None:
    from tutela.commands.serve_site import serve
    from tutela.processes.listening import Address

    with pytest.raises(Invalid) as told:
        serve("desk", Address(host="127.0.0.1", port=0), None)
    assert told.value.field == "hotline.desk_listen"
    assert os.environ.get("TUTELA_CONFIG") is None
