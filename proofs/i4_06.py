"""Bar 6: real Chromium reports without JavaScript in six languages, asks with receipts, and works at the desk
by keyboard; axe finds nothing on any page, and nothing is wider than a telephone.

The public site and the desk run as they are served, on a house with some life in it. Every page of the desk
that links lead to is looked at, as each role; one that is added later is found by itself. Screenshots are in
``.proofs/screens-i4-06``: people look at them, this script cannot. The tier ``ci`` looks at one page of each
kind, as three people, reports in two languages, and keeps no picture.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error

from proofs import browser_desk, browser_public, pseudo_public
from proofs.browser_looks import shot
from proofs.figure import STATE, Figure, Tier, script
from proofs.machine import ROOT

BAR, REPLAY = "i4-6", "make proofs BAR=i4-6"
#: Where pictures of the pages are kept, by tier.
SCREENS = {"full": STATE / "screens-i4-06", "ci": None}
LANGUAGES = ("en", "es", "pt", "fr", "de", "nl")
#: Languages of the tier ci.
TWO = ("en", "de")
#: Pages of one kind that are looked at, by tier: items and notices differ by their state.
EACH = {"full": 3, "ci": 1}
#: Who signs in, by tier; together they see every page.
PEOPLE = {"full": (), "ci": ("everything", "analyst")}
#: Seconds in which a process must answer at first.
START_SECONDS = 60
#: Forms of addresses of the desk that no link leads to, each with the reason.
NO_LINK = {
    "/assets/ID/ID": "styles and scripts are no pages",
    "/csp-report/": "browsers send there",
    "/language/": "a form of every page sends there",
    "/items/ID/hold/": "a form of the item's page sends there",
    "/account/passkey/": "the sign-in page's script sends there",
    "/account/proof/": "the second half of signing in, which is gone through",
    "/account/sign-on/ID/login/": "the house has no sign-on of its own",
    "/account/sign-on/ID/login/callback/": "the house has no sign-on of its own",
    "/account/again/passkey/": "asks whoever has a passkey",
    "/account/passkeys/ID/remove/": "asks whoever has a passkey",
}


def free_host(name: str) -> str:
    """A host and port of loopback that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"{name}:{free.getsockname()[1]}"


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process of this house alone."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    return kept | {"TUTELA_HOME": str(home)} | more


def founded(home: Path) -> dict[str, Any]:
    """A house with some life in it: who can sign in how."""
    run: dict[str, Any] = {"cwd": ROOT, "env": environment(home), "check": True, "capture_output": True}
    subprocess.run([sys.executable, "-m", "tutela", "hotline", "init"], timeout=120, **run)
    made = subprocess.run([sys.executable, "-m", "proofs.sample_house"], timeout=300, text=True, **run)
    found: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return found


@contextmanager
def served(home: Path, host: str, *words: str, **more: str) -> Iterator[str]:
    """The address of a site of the house, answered by a process of its own."""
    command = [sys.executable, "-m", *words]
    with (home / f"{words[-1]}.log").open("wb") as said:
        process = subprocess.Popen(command, env=environment(home, **more), cwd=ROOT, stdout=said, stderr=said)
        try:
            wait(host)
            yield f"http://{host}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def parse_host(host: str) -> tuple[str, int]:
    """Name and port."""
    name, _, port = host.partition(":")
    return name, int(port)


def wait(host: str) -> None:
    """Return once the site answers. Raises RuntimeError."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with socket.create_connection(parse_host(host), timeout=5) as line:
                line.sendall(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                if line.recv(12).startswith(b"HTTP/1."):
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{host} does not answer")


def public(figure: Figure, browser: Browser, address: str, tier: Tier) -> list[str]:
    """Reports in each language, then the pages; what was found."""
    languages = LANGUAGES if tier == "full" else TWO
    done = {language: browser_public.reports(browser, address, language) for language in languages}
    total = {name: sum(one[name] for one in done.values()) for name in done["en"]}
    figure.record(
        "ways to report that were gone without script", total["ways"], "ways", f"== {4 * len(languages)}"
    )
    figure.record(
        "receipts that led to their report", total["receipts"], "receipts", f"== {3 * len(languages)}"
    )
    figure.record("additions to a report", total["additions"], "additions", f"== {len(languages)}")
    figure.record("cookies of the public's pages", total["cookies"], "cookies", "== 0")
    found, number = list[str](), 0
    for language in languages if tier == "full" else languages[:1]:
        first = language == languages[0]
        seen, complaints = browser_public.pages_looked_at(
            browser, address, language, SCREENS[tier], thoroughly=first
        )
        number, found = number + seen, found + complaints
    figure.count("pages of the public", number)
    return found


def desk(figure: Figure, browser: Browser, address: str, made: dict[str, Any], tier: Tier) -> list[str]:
    """Signing in, the keys of the menu, a whole way by keyboard, and every page as each role."""
    from tests.browser.browsing import opened

    found, pages, looked = list[str](), set[str](), 0
    for role in PEOPLE[tier] or made["people"]:
        context = opened(browser, address)
        page = context.new_page()
        browser_desk.sign_in(page, made["people"][role])
        found += [f"{role}: {one}" for one in browser_desk.menu_by_keys(page)]
        if role == "everything":
            browser_desk.take_one(page)
        skip = set() if tier == "full" else pages
        seen = browser_desk.crawl(context, role, each=EACH[tier], folder=SCREENS[tier], skip=skip)
        found, pages, looked = found + seen.found, pages | seen.pages, looked + seen.looked
        context.close()
    met, complaints = doors(browser, address, made["join"], SCREENS[tier])
    found, pages = found + complaints, pages | met
    figure.count("pages of the desk", looked)
    figure.count("kinds of pages of the desk", len(pages))
    steps = by_keyboard(figure, browser, address, made)
    figure.record("steps of a way by keyboard alone", steps, "steps", "== 9")
    unseen = sorted(routes() - {form.partition("?")[0] for form in pages})
    figure.record("pages of the desk to which nothing leads", len(unseen), "pages", "== 0")
    for one in unseen:
        figure.failure(REPLAY, f"no role came to {one}")
    return found


def by_keyboard(figure: Figure, browser: Browser, address: str, made: dict[str, Any]) -> int:
    """Steps that somebody went with keys alone; 0 where one of them did not work."""
    from tests.browser.browsing import opened

    context = opened(browser, address)
    page = context.new_page()
    try:
        browser_desk.sign_in(page, made["people"]["senior_analyst"])
        return browser_desk.flow(page)
    except (AssertionError, Error, RuntimeError) as error:
        figure.failure(REPLAY, f"the way by keyboard ended: {str(error)[:300]}")
        return 0
    finally:
        context.close()


def doors(browser: Browser, address: str, join: str, folder: Path | None) -> tuple[set[str], list[str]]:
    """The forms of the pages on which somebody gets in, from the link on; and what was found there."""
    from tests.browser.browsing import opened

    context, looks = opened(browser, address), list[tuple[str, list[str]]]()
    page = context.new_page()
    heard = browser_desk.complaints_of(page)
    for path in browser_desk.newcomer(page, join):
        looks.append((path, list(browser_desk.looked_at(page, thoroughly=True))))
        shot(
            page, folder, "newcomer-" + re.sub("[^a-z]+", "-", browser_desk.form_of(path).lower()).strip("-")
        )
    context.close()
    found = [f"newcomer {path}: {one}" for path, every in looks for one in every]
    found += [f"newcomer: {one}" for one in heard if "Failed to load resource" not in one]
    return {browser_desk.form_of(path) for path, _ in looks}, found


def routes() -> set[str]:
    """The forms of all addresses of the desk that take a GET, but for those of ``NO_LINK``."""
    done = subprocess.run(
        [sys.executable, "-m", "proofs.desk_routes"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout)) - NO_LINK.keys()


@contextmanager
def sites(home: Path) -> Iterator[tuple[str, str, str]]:
    """The addresses of the public site, of the desk, and of the public site from right to left."""
    hosts = {
        "public": free_host("127.0.0.1"),
        "desk": free_host("localhost"),
        "pseudo": free_host("127.0.0.1"),
    }
    told = {"TUTELA_HOTLINE__REPORTS_PER_SECOND": "100"}
    for site in ("public", "desk"):
        told[f"TUTELA_HOTLINE__{site.upper()}_URL"] = f"http://{hosts[site]}"
        told[f"TUTELA_HOTLINE__{site.upper()}_LISTEN"] = hosts[site].replace("localhost", "127.0.0.1")
    with ExitStack() as held:
        yield (
            held.enter_context(served(home, hosts["public"], "tutela", "serve", "public", **told)),
            held.enter_context(served(home, hosts["desk"], "tutela", "serve", "desk", **told)),
            held.enter_context(
                served(
                    home, hosts["pseudo"], "proofs.pseudo_public", hosts["pseudo"].partition(":")[2], **told
                )
            ),
        )


def main(tier: Tier) -> int:
    """All three sites."""
    from tests.browser.browsing import running_browser

    figure = Figure(bar=BAR, tier=tier)
    if folder := SCREENS[tier]:
        shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        made = founded(home)
        with sites(home) as (front, staff, pseudo), running_browser() as browser:
            found = public(figure, browser, front, tier)
            number, turned = browser_public.pages_looked_at(
                browser, pseudo, pseudo_public.CODE, SCREENS[tier], thoroughly=tier == "full"
            )
            figure.count("pages from right to left", number)
            found += turned
            found += desk(figure, browser, staff, made, tier)
    conclude(figure, found)
    return figure.save()


#: What was found -> signs of its sentences; the rest are other complaints.
KINDS = {
    "rules of axe that a page breaks": (": axe ",),
    "pages that do not fit": (": wider", ": text of 200"),
    "places where the keyboard is lost": (
        ": Tab", ": no outline", ": focus", ": the first stop", ": the way", ": the keys",
    ),
}  # fmt: skip


def conclude(figure: Figure, found: list[str]) -> None:
    """What was found, by kind; each is a failure."""
    rest = list(found)
    for name, signs in KINDS.items():
        own = [one for one in found if any(sign in one for sign in signs)]
        rest = [one for one in rest if one not in own]
        figure.record(name, len(own), "places", "== 0")
    figure.record("other complaints: console, content policy, faults", len(rest), "complaints", "== 0")
    for one in found:
        figure.failure(REPLAY, one)


if __name__ == "__main__":
    script(main)
