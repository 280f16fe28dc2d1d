"""A hotline of real processes over the benign internet: founded, running, reported to, its letters timed.

Every process is the product's but the fetcher, which may meet the benign internet on loopback
(``chain_fetcher``), and the registry's bootstrap, which leads to the benign registry. The clock of all
processes may be another one (libfaketime): a Saturday.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from proofs import chain_fetcher, chain_worker
from proofs.machine import ROOT
from tutela.config import Config
from tutela.demo.world import World
from tutela.demo.world.answers import Request
from tutela.demo.world.contents import content
from tutela.demo.world.crowd import SEED
from tutela.demo.world.letters_read import addresses_of
from tutela.demo.world.rdap_objects import UPSTREAM, UPSTREAM_NETWORK
from tutela.demo.world.registry import ALL_IN_ONE, BOOTSTRAP, REGISTRY_HOST
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.destinations import parse_destination
from tutela.kernel.egress.posting import Poster
from tutela.kernel.settings import Loaded, Origins, read
from tutela.processes.assembly import parts_of
from tutela.processes.environments import environment_of, make_empty_settings
from tutela.processes.listening import free_port
from tutela.processes.map import process_named
from tutela.processes.starting import python_command, start
from tutela.processes.supervising import Part, Supervisor
from tutela.processes.working import LISTS

#: Seconds until all processes answer, on a busy machine.
START_SECONDS = 90.0
#: Below TUTELA_HOME: where the benign registry is.
BOOTSTRAP_FILE = "bootstrap.json"
#: Seconds between two looks at what came to the mail server.
LOOK_SECONDS = 0.02


def settings_of(world: World, home: Path, **told: str) -> Loaded[Config]:
    """The settings of a house over this world, ``told`` among them by their names (``hotline__x``)."""
    ports = {site: free_port() for site in ("public", "desk")}
    own = {
        "hotline__public_listen": f"127.0.0.1:{ports['public']}",
        "hotline__desk_listen": f"127.0.0.1:{ports['desk']}",
        "hotline__public_url": f"http://127.0.0.1:{ports['public']}",
        "hotline__desk_url": f"http://127.0.0.1:{ports['desk']}",
        "notices__server": world.mail[0],
        "notices__port": str(world.mail[1]),
        "hotline__vantages": '["direct", "proxied"]',
        **told,
    }
    environ = {f"TUTELA_{name.upper()}": text for name, text in own.items()}
    return read(Config, Origins(environ=environ))


def write_declared(path: Path, known: Mapping[str, bytes]) -> None:
    """A list that knows these files by SHA-256; "known" was declared here and means nothing else."""
    entries = [
        ListEntry(entry=name, kind="sha256", value=hashlib.sha256(data).digest(), legal_class="csam")
        for name, data in known.items()
    ]
    header = ListHeader(name="declared", version="1", created=SystemClock().now(), approved=True)
    write_list(path, header, entries)


@dataclass(kw_only=True)
class House:
    """One hotline in a folder. ``extra`` goes into the environment of every process: another clock."""

    home: Path
    world: World
    loaded: Loaded[Config]
    extra: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """That of a command on this house."""
        return {**environment_of(process_named("worker"), self.loaded, self.home, os.environ), **self.extra}

    def found(self) -> None:
        """Keys, database, a sample mandate, accounts, the list of the crowd's one picture, contacts."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_empty_settings(self.home)
        self._keep_bootstrap()
        self.desk("found")
        self._import_contacts()
        (self.home / LISTS).mkdir(mode=0o700, exist_ok=True)
        write_declared(self.home / LISTS / "declared.tlist", {"crowd": content("original", SEED)})

    def _import_contacts(self) -> None:
        """The abuse desks of the world, as a house that has dealt with them knows them."""
        desks = {site.place.network: site.place.hoster for site in self.world.hosts.values()}
        desks[UPSTREAM_NETWORK] = UPSTREAM
        rows = [f"as:{number},{address},Desk {number}" for number, address in desks.items()]
        table = self.home / "contacts.csv"
        table.write_text("\n".join(["key,address,organisation", *rows]), "utf-8")
        self.run("notices", "contacts-import", "--approved", str(table))

    def _keep_bootstrap(self) -> None:
        headers = {"host": f"{REGISTRY_HOST}:{self.world.port}"}
        request = Request(
            method="GET",
            path=f"{BOOTSTRAP}{ALL_IN_ONE}",
            host=REGISTRY_HOST,
            source="127.0.0.1",
            headers=headers,
        )
        told = self.world.registry.answer(request, SystemClock().now())
        (self.home / BOOTSTRAP_FILE).write_bytes(told.body)

    def run(self, *words: str) -> str:
        """What a command of tutela says. Raises RuntimeError with it where it fails."""
        return self._said(python_command(words))

    def desk(self, *words: str) -> dict[str, Any]:
        """What a person at the desk did, in a process of its own: ``proofs.chain_desk``'s answer."""
        told = self._said((sys.executable, "-m", "proofs.chain_desk", *words))
        found: dict[str, Any] = json.loads(told.splitlines()[-1])
        return found

    def _said(self, command: tuple[str, ...]) -> str:
        ran = subprocess.run(
            list(command), env=self.environment(), cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        if ran.returncode:
            raise RuntimeError(f"{' '.join(command[1:])}: {ran.stderr[-2_000:]}")
        return ran.stdout

    @contextmanager
    def running(self) -> Iterator[None]:
        """A block in which every process runs."""
        commands = {
            "fetcher": chain_fetcher.command(self.world.port),
            "worker": chain_worker.command(self.home / BOOTSTRAP_FILE),
        }
        parts = [
            self._with_extra(part) for part in parts_of(self.loaded, self.home, os.environ, commands=commands)
        ]
        supervisor = Supervisor(parts, lambda _text: None, starting=partial(start, quiet=True))
        try:
            until = time.monotonic() + START_SECONDS
            while not supervisor.is_ready():
                if supervisor.look() or time.monotonic() > until:
                    raise RuntimeError("the processes of the hotline did not come up")
                time.sleep(0.1)
            yield
        finally:
            supervisor.end()

    def _with_extra(self, part: Part) -> Part:
        paths = {"PYTHONPATH": str(ROOT)} if part.name.startswith(("fetcher", "worker")) else {}
        return replace(part, environment={**part.environment, **self.extra, **paths})

    def report(self, address: str, *, urgent: bool = False) -> None:
        """One report through the public page. Raises RuntimeError where it is not acknowledged."""
        form = urlencode({"addresses": address, "text": "", "urgent": "yes" if urgent else ""})
        where = parse_destination(f"{self.loaded.values.hotline.public_url}/report")
        answer = Poster().post(where, {"Content-Type": "application/x-www-form-urlencoded"}, form.encode())
        if answer.status != 200:
            raise RuntimeError(f"the public page answered {answer.status}")


class Arrivals:
    """When the mail server first took a letter that names an address; monotonic seconds by address."""

    def __init__(self, world: World) -> None:
        self._world, self._stop = world, threading.Event()
        self.at: dict[str, float] = {}
        self.times: dict[str, int] = {}
        self.letters = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Arrivals:
        """Watches while the block lasts."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends it."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self._take()
        self._take()

    def _take(self) -> None:
        came = self._world.post.letters[self.letters :]
        for letter in came:
            for address in addresses_of(letter):
                self.at.setdefault(address, time.monotonic())
                self.times[address] = self.times.get(address, 0) + 1
        self.letters += len(came)

    def wait_for(self, address: str, seconds: float) -> float | None:
        """When a letter with this address came; None where none does within the time."""
        until = time.monotonic() + seconds
        while address not in self.at and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        return self.at.get(address)
