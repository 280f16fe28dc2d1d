"""The public's pages as somebody meets them whose browser runs no script, and as a machine looks at them.

Reports of all ways in, receipts and additions; then every page in a language, with what a machine sees of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from proofs.browser_desk import complaints_of, looked_at
from proofs.browser_looks import NARROW, shot

#: The ways in that take a report; the fourth one hands the reader on.
WAYS = ("/report", "/me", "/threat")
#: Pages that are there without a report.
PAGES = (
    "/", *WAYS, "/else", "/receipt", "/help", "/help?country=NL", "/button", "/privacy", "/imprint",
    "/verify/nothing", "/answer/nothing", "/t", "/nowhere",
)  # fmt: skip
#: Addresses that programs ask for, and the one that leads away.
NO_PAGES = frozenset({"/leave"})
#: CSS pixels of a telephone, beside a usual window.
TELEPHONE = {"width": NARROW, "height": 640}


def somebody(browser: Browser, address: str, *, script: bool = False) -> BrowserContext:
    """A fresh profile, without script where nothing else is said."""
    context = browser.new_context(
        base_url=address, java_script_enabled=script, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    return context


def reported(page: Page, path: str, language: str) -> str:
    """The words of the receipt after a report by this way in. Raises AssertionError where none came."""
    page.goto(f"/?language={language}")
    page.locator(f".ways a[href^='{path}']").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("#text").fill("something happened")
    page.locator("#addresses").fill("https://there.test/page")
    page.locator("#send").click()
    words = page.locator("ol.receipt li")
    expect(words).to_have_count(7)
    expect(page.locator("html")).to_have_attribute("lang", language)
    return " ".join(words.all_inner_texts())


def handed_on(page: Page, language: str) -> bool:
    """Whether the fourth way in names people who deal with what we do not."""
    page.goto(f"/?language={language}")
    page.locator(".ways a[href^='/else']").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    return page.locator("main .contacts li").count() > 0


def asked(page: Page, words: str, language: str) -> bool:
    """Whether the receipt leads to what became of the report."""
    page.goto(f"/receipt?language={language}")
    page.locator("#receipt").fill(words)
    page.keyboard.press("Enter")
    told = page.get_by_role("status")
    expect(told).to_be_visible()
    return told.locator("dl.outcomes dt").count() > 0


def added(page: Page) -> bool:
    """Whether something is added to the report whose receipt was just asked."""
    page.locator("details summary").click()
    page.locator("#text").fill("one thing more")
    page.locator("#addresses").fill("https://there.test/another")
    page.locator("#send").click()
    return page.get_by_role("status").locator("strong").count() > 0


def reports(browser: Browser, address: str, language: str) -> dict[str, int]:
    """How many ways in, receipts and additions worked in a language, and cookies that were set: none."""
    context = somebody(browser, address)
    page = context.new_page()
    receipts = [reported(page, path, language) for path in WAYS]
    done = {
        "ways": len(receipts) + handed_on(page, language),
        "receipts": sum(asked(page, words, language) for words in receipts),
        "additions": int(added(page)),
        "cookies": len(context.cookies()),
    }
    context.close()
    return done


def pages_looked_at(
    browser: Browser, address: str, language: str, folder: Path | None, *, thoroughly: bool
) -> tuple[int, list[str]]:
    """How many pages a machine looked at in this language, and what it found."""
    context = somebody(browser, address, script=True)
    page, found, number = context.new_page(), list[str](), 0
    heard = complaints_of(page)
    for name in _each(page, language):
        number += 1
        found += [f"{language} {name}: {one}" for one in looked_at(page, thoroughly=thoroughly)]
        found += [f"{language} {name}: {one}" for one in heard if "Failed to load resource" not in one]
        heard.clear()
        shot(page, folder, f"public-{language}-{_word(name)}")
        if thoroughly:
            page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a TypedDict of the same keys
            shot(page, folder, f"public-{language}-{_word(name)}-telephone")
            page.set_viewport_size({"width": 1280, "height": 800})
    found += [f"{language}: the cookie {one['name']}" for one in context.cookies()]
    context.close()
    return number, found


def _each(page: Page, language: str) -> Iterator[str]:
    """Shows one page after another: those of ``PAGES``, a form with faults, a receipt, what it leads to."""
    for path in PAGES:
        page.goto(f"{path}{'&' if '?' in path else '?'}language={language}")
        yield path
    page.goto(f"/report?language={language}")
    page.locator("#addresses").fill("nowhere")
    page.locator("#send").click()
    yield "report with a fault"
    page.goto(f"/me?language={language}")
    page.locator("#send").click()
    yield "me with a fault"
    words = reported(page, "/report", language)
    yield "received"
    asked(page, "seven words that are none of ours", language)
    yield "receipt of nothing"
    asked(page, words, language)
    yield "receipt"


def _word(name: str) -> str:
    return re.sub("[^a-z]+", "-", name.lower()).strip("-") or "first"
