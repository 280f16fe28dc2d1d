"""The hotline in the demonstration: a report goes in at one end, a notice comes out at the other.

Every process is the real one but the fetcher, which may meet the demonstration's host on loopback
(``hotline_fetcher``). The picture was drawn from a number and is known because the demonstration declared it.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from tutela.config import Config
from tutela.demo import hotline_desk, hotline_fetcher
from tutela.demo.host import Host, host
from tutela.demo.post_office import PostOffice, post_office
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.destinations import parse_destination
from tutela.kernel.egress.posting import Poster
from tutela.kernel.errors import Unavailable
from tutela.kernel.settings import Loaded, Origins, read
from tutela.processes.assembly import parts_of
from tutela.processes.environments import make_empty_settings
from tutela.processes.fetching import PROXIED
from tutela.processes.listening import free_port
from tutela.processes.starting import python_command, run_to_end, start
from tutela.processes.supervising import Supervisor
from tutela.processes.working import LISTS

Say = Callable[[str], None]

#: Seconds until all processes answer: they start in some six on a busy machine.
START_SECONDS = 60.0
#: Seconds from the report to the notice; it takes about two.
NOTICE_SECONDS = 60.0
_PICTURE = "/pictures/0001.jpg"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What came out: the notice's text, and whether it names the reported address and shows no picture."""

    told: bool
    notice: str


def show_hotline(home: Path, list_file: Path, known: bytes, say: Say, *, clock: Clock | None = None) -> Told:
    """The notice about ``known``, a picture that ``list_file`` names, reported as the public does.

    Raises Unavailable where the processes do not come up.
    """
    clock = clock or SystemClock()
    with host({_PICTURE: known}) as there, post_office() as office:
        loaded = _settings(office, clock)
        _found(home, list_file, loaded)
        with _running(home, there, loaded, clock):
            address = f"http://pictures.test:{there.port}{_PICTURE}"
            say(f"     reported through the public page: {address}")
            _report(loaded.values, address)
            return _told(office, address, say)


def _settings(office: PostOffice, clock: Clock) -> Loaded[Config]:
    ports = {site: free_port() for site in ("public", "desk")}
    told = {f"TUTELA_HOTLINE__{site.upper()}_LISTEN": f"127.0.0.1:{port}" for site, port in ports.items()}
    told["TUTELA_HOTLINE__PUBLIC_URL"] = f"http://127.0.0.1:{ports['public']}"
    told["TUTELA_HOTLINE__DESK_URL"] = f"http://127.0.0.1:{ports['desk']}"
    told["TUTELA_NOTICES__PORT"] = str(office.port)
    told["TUTELA_HOTLINE__VANTAGES"] = f'["direct", "{PROXIED}"]'
    return read(Config, Origins(environ=told))


def _found(home: Path, list_file: Path, loaded: Loaded[Config]) -> None:
    """A house with a sample mandate, the declared list, and a recipient."""
    home.mkdir(mode=0o700, parents=True)
    make_empty_settings(home)
    environment = _environment(home, loaded)
    founded = run_to_end(python_command(("hotline", "init", "--demo")), environment)
    if founded or run_to_end(hotline_desk.command(), environment):
        raise Unavailable("the hotline of the demonstration could not be founded")
    (home / LISTS).mkdir(mode=0o700)
    shutil.copy(list_file, home / LISTS / list_file.name)


def _environment(home: Path, loaded: Loaded[Config]) -> dict[str, str]:
    from tutela.processes.environments import environment_of
    from tutela.processes.map import process_named

    return environment_of(process_named("worker"), loaded, home, os.environ)


@contextmanager
def _running(home: Path, there: Host, loaded: Loaded[Config], clock: Clock) -> Iterator[None]:
    """A block in which every process runs."""
    parts = parts_of(loaded, home, os.environ, commands={"fetcher": hotline_fetcher.command(there.port)})
    supervisor = Supervisor(parts, _nothing, clock=clock, starting=partial(start, quiet=True))
    stop = threading.Event()
    deadline = clock.monotonic_seconds() + START_SECONDS
    try:
        while not supervisor.is_ready():
            if supervisor.look() or clock.monotonic_seconds() > deadline:
                raise Unavailable("the processes of the hotline did not come up")
            stop.wait(0.1)
        yield
    finally:
        supervisor.end()


def _report(settings: Config, address: str) -> None:
    form = urlencode({"addresses": address, "text": "", "urgent": ""}).encode("ascii")
    url = f"{settings.hotline.public_url}/report"
    answer = Poster().post(
        parse_destination(url), {"Content-Type": "application/x-www-form-urlencoded"}, form
    )
    if answer.status != 200:
        raise Unavailable(f"the public page answered {answer.status}")


def _told(office: PostOffice, address: str, say: Say) -> Told:
    if not office.wait(1, NOTICE_SECONDS):
        say("     no notice came: this was not expected")
        return Told(told=False, notice="")
    letter = office.letters[0]
    text = letter.get_content()
    say("     fetched and sealed, fingerprinted in the sandbox, known byte for byte: nobody saw it")
    say(f"     a notice to {letter['To']}: {letter['Subject']}")
    say("     the place is looked at again from two vantage points until it is gone from both, twice")
    return Told(told=address in text and not letter.is_multipart(), notice=text)


def _nothing(_text: str) -> None:
    """Say nothing: the demonstration says what it shows."""
