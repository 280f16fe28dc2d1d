"""The desk as somebody without a mouse uses it: signing in, ways of the keys, each page that a role meets.

Pages are found by following links from the first page on, so that one that is added later is looked at too.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from proofs.browser_looks import UNFOLD, shot, skipped, tabbed, too_wide, violations
from tutela.kernel.clock import SystemClock

#: Tab presses after which something is not reached.
PRESSES_MAX = 400
#: An id in an address.
_ID = re.compile(r"[a-z]{3}_[0-9a-z]{32}|(?<=/)[0-9]+(?=/)")
#: Pages beside those that links lead to: what nobody finds, and what asks who one is.
ASIDE = ("/nowhere/", "/account/logout/", "/account/again/", "/account/password/")


@dataclass(kw_only=True, slots=True)
class Seen:
    """What a crawl met. ``found``: sentences by page; ``pages``: the forms of addresses."""

    pages: set[str] = field(default_factory=set)
    looked: int = 0
    found: list[str] = field(default_factory=list)


def sign_in(page: Page, who: dict[str, Any]) -> None:
    """With keys alone: password, then the code of the app."""
    page.goto("/account/login/")
    page.keyboard.press("w")
    tab_to(page, "input[name=login]")
    page.keyboard.type(who["email"])
    tab_to(page, "input[name=password]")
    page.keyboard.type(who["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/proof/**")
    tab_to(page, "input[name=code]")
    page.keyboard.type(code_of(who["secret"], SystemClock().now().timestamp()))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")


def code_of(secret: str, seconds: float) -> str:
    """The code of an authenticator app at a moment (RFC 6238), written anew beside the product's."""
    digest = hmac.digest(base64.b32decode(secret), int(seconds // 30).to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def newcomer(page: Page, join: str) -> Iterator[str]:
    """Shows one page after another that somebody meets who comes in by a link: the paths."""
    for path in ("/account/login/", "/join/nobody/", join):
        page.goto(path)
        yield path
    for label in ("New password", "The same again"):
        page.get_by_label(label).fill("four-calm-herons-on-a-roof")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/account/")
    for path in ("/account/", "/account/passkeys/add/", "/account/app/"):
        page.goto(path)
        yield path
    page.get_by_label("code").fill(
        code_of(page.locator("p .secret").inner_text(), SystemClock().now().timestamp())
    )
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/account/codes/")
    yield "/account/codes/"


def tab_to(page: Page, selector: str, *, text: str = "") -> None:
    """The Tab key until the focus is on what is meant. Raises RuntimeError where it does not come there."""
    here = "([selector, text]) => { const one = document.activeElement;"
    here += " return one.matches(selector) && one.textContent.includes(text); }"
    for _ in range(PRESSES_MAX):
        page.keyboard.press("Tab")
        if page.evaluate(here, [selector, text]):
            return
    raise RuntimeError(f"the Tab key does not come to {selector} {text}")


def form_of(address: str) -> str:
    """The address without what tells two pages of one kind apart."""
    parts = urlsplit(address)
    names = sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return _ID.sub("ID", parts.path) + ("?" + "&".join(names) if names else "")


def crawl(context: BrowserContext, role: str, *, each: int, folder: Path | None, skip: set[str]) -> Seen:
    """Looks at the pages that this person's links lead to, up to ``each`` of a kind, at none of ``skip``."""
    seen, times, page = Seen(), Counter[str](), context.new_page()
    heard = complaints_of(page)
    waiting, known = ["/", *ASIDE], {"/", *ASIDE}
    while waiting:
        address = waiting.pop(0)
        form = form_of(address)
        times[form] += 1
        if times[form] > each:
            continue
        answer = page.goto(address)
        if answer is None or "text/html" not in (answer.header_value("content-type") or ""):
            continue
        fresh = [one for one in links(page) if one not in known]
        known.update(fresh)
        waiting += fresh
        seen.pages.add(form)
        if form not in skip:
            seen.found += [f"{role} {address}: {one}" for one in looked_at(page, thoroughly=times[form] == 1)]
            name = f"{role}-{re.sub('[^a-z]+', '-', form.lower()).strip('-') or 'first'}-{times[form]}"
            shot(page, folder, name)
            seen.looked += 1
        if answer.status >= 500:
            seen.found.append(f"{role} {address}: answered {answer.status}")
        # A browser complains of every page that is missing or refused, as it should.
        seen.found += [f"{role} {address}: {one}" for one in heard if "Failed to load resource" not in one]
        heard.clear()
    page.close()
    return seen


def looked_at(page: Page, *, thoroughly: bool) -> Iterator[str]:
    """Everything that a machine sees of one page."""
    yield from violations(page)
    if thoroughly:
        if page.evaluate(UNFOLD):
            yield from violations(page)
        yield from tabbed(page)
        yield from skipped(page)
        yield from too_wide(page)
        yield from violations(page, dark=True)
        page.emulate_media(color_scheme="light")


def links(page: Page) -> list[str]:
    """Addresses of this site to which the page's links lead, in order."""
    found: list[str] = page.evaluate("() => [...document.querySelectorAll('a[href]')].map((one) => one.href)")
    own = urlsplit(page.url)
    every = (urlsplit(urljoin(page.url, one)) for one in found)
    return [
        one.path + (f"?{one.query}" if one.query else "")
        for one in every
        if (one.scheme, one.netloc) == (own.scheme, own.netloc)
    ]


def complaints_of(page: Page) -> list[str]:
    """What console, scripts and content policy complain about."""
    from tests.browser.browsing import complaints

    return complaints(page)


def menu_by_keys(page: Page) -> list[str]:
    """Entries of the menu that their keys do not lead to."""
    page.goto("/")
    rows: list[list[str]] = page.evaluate(
        "() => [...document.querySelectorAll('nav a[data-key]')].map((a) => [a.dataset.key, a.pathname])"
    )
    missed = []
    for keys, path in rows:
        page.goto("/mandate/")
        try:
            with page.expect_navigation(timeout=10_000):
                for key in keys.split(" "):
                    page.keyboard.press(key)
        except Error:
            missed.append(f"the keys {keys} lead nowhere")
        if urlsplit(page.url).path != path:
            missed.append(f"the keys {keys} do not lead to {path}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    return missed if rows else ["no entry of the menu has keys"]


def said(page: Page) -> Locator:
    """What the desk says of what was just done, and not its line about letters that wait too long."""
    return page.get_by_role("status").filter(has=page.locator(".messages"))


def flow(page: Page) -> int:
    """How many steps somebody went with keys alone: an item held, released and closed, a notice settled."""
    page.goto("/")
    for key in "gi":
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Items")
    tab_to(page, "main a", text="waits for review")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/?state=rated")
    tab_to(page, "tbody th a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/itm_*/")
    tab_to(page, "#hold_reason")
    page.keyboard.press("End")
    tab_to(page, "button", text="Hold it")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("held")
    page.keyboard.press("h")
    expect(said(page)).to_contain_text("waits for review")
    tab_to(page, "#close_reason")
    page.keyboard.press("End")
    tab_to(page, "button", text="Close it for good")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("closed")
    return 5 + _settle_doubt(page)


def take_one(page: Page) -> None:
    """With keys alone: the next item that waits for a person is taken."""
    page.goto("/")
    with page.expect_navigation():
        for key in "gs":
            page.keyboard.press(key)
    page.keyboard.press("n")
    page.wait_for_url("**/review/mine/")


def _settle_doubt(page: Page) -> int:
    """A notice in doubt is found and left as it is; then the desk is left."""
    for key in "gn":
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Notices")
    tab_to(page, "main a[href^='/notices/ntc_']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notices/ntc_*/")
    page.keyboard.press("l")
    expect(said(page)).to_be_visible()
    tab_to(page, "header button", text="Sign out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/login/**")
    return 4
