"""Who else is on the device, for bar i5-2: another proxy that is there already, another person with a guard.

What must hold beside that no picture passes: whoever cannot go on is told why in one sentence.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from proofs.guard_client import Site
from proofs.guard_house import GUARD_PYTHON, PASSPHRASE, Place
from proofs.guard_processes import (
    START_SECONDS_MAX,
    bare_proxy,
    free_port,
    guarding,
    plain_environment,
)
from tutela.prevent.guard.person.folder import UPSTREAM
from tutela.prevent.guard.person.words import words_for

#: The sorts of pictures that a guard always holds here.
HELD = ("known", "near", "class")
#: The address of a proxy of somebody else.
OTHER = "http://proxy.example:3128"
#: A set-up that changes no browser.
SET_UP = ("setup", "--language", "en", "--model", "stand-in", "--trust-by-hand")


@contextmanager
def next_stop(place: Place, address: str) -> Iterator[None]:
    """A place whose guard was set up with another proxy as the next stop."""
    folder = place.guard_folder
    folder.write(UPSTREAM, address.encode("ascii"))
    try:
        yield
    finally:
        folder.write(UPSTREAM, b"")


def another_proxy(site: Site, place: Place, count: int) -> None:
    """Pictures through a guard and another proxy behind it: in the clear, one looking into TLS, one gone."""
    with bare_proxy(place) as (port, _), next_stop(place, f"127.0.0.1:{port}"), guarding(place) as guard:
        site.seen.add("another proxy behind it", site.all_at_once(site.way(guard), HELD * count))
        secure = site.way(guard, place.device)
        looking = site.all_at_once(secure, (*HELD, "benign") * count)
        site.seen.add("another proxy behind it that looks into TLS", looking)
    with free_port() as port:
        pass
    with next_stop(place, f"127.0.0.1:{port}"), guarding(place) as guard:
        ways = (site.way(guard), site.way(guard, place.device))
        gone = [one for way in ways for one in site.all_at_once(way, (*HELD, "benign") * count)]
        site.seen.add("another proxy behind it that is gone", gone)


def another_person(site: Site, place: Place, bundle: bytes, count: int) -> list[bool]:
    """Pictures of two people with a guard each. Whether the second is told that the first has the port, at
    the start and at the set-up; then whether either is shown benign pictures, each at a port of their own.
    """
    second = replace(place, folder=place.folder / "second").prepare()
    second.add(bundle)
    with guarding(place) as guard:
        started = said_by(place, "run", "--folder", str(second.guard_folder.path), "--port", str(guard.port))
        set_up = said_by(place, *SET_UP, "--port", str(guard.port))
        at_it = site.all_at_once(site.way(guard), HELD * count)
        at_it += site.all_at_once(site.way(guard, second.device), (*HELD, "benign") * count)
        site.seen.add("another person's guard at the port of one's own", at_it)
        with guarding(second, trusted=str(place.folder / "web.pem")) as own:
            ways = (site.way(guard, place.device), site.way(own, second.device))
            held = [one for way in ways for one in site.all_at_once(way, HELD * count)]
            site.seen.add("two people's guards at once", held)
            shown = [site.shows_again(way) for way in ways]
    return ["is the port taken?" in started, words_for("en").say("told.other_user") in set_up, *shown]


def told_of_another_proxy(place: Place) -> bool:
    """Whether somebody who sets a guard up where another proxy is set is told so, and nothing is set up."""
    with free_port() as port:
        pass
    said = said_by(place, *SET_UP, "--port", str(port), http_proxy=OTHER)
    return words_for("en").say("told.other_proxy", where="http_proxy", address=OTHER) in said


def said_by(place: Place, *words: str, **more: str) -> str:
    """The sentence with which a guard's command refuses somebody with an empty home, who says yes to all;
    empty where it does not, or leaves anything there. No program of this device is found.
    """
    home = place.folder / "empty"
    home.mkdir(exist_ok=True)
    kept = {name: text for name, text in plain_environment().items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [str(GUARD_PYTHON), "-m", "tutela", "guard", *words],
        input=f"1\n{PASSPHRASE}\n{PASSPHRASE}\n",
        capture_output=True,
        text=True,
        timeout=START_SECONDS_MAX,
        cwd=home,
        env=kept | {"HOME": str(home), "PATH": str(home)} | more,
    )
    refused = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    return refused[0] if done.returncode and len(refused) == 1 and not [*home.iterdir()] else ""
