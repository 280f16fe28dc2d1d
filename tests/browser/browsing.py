"""A desk on loopback and a Chromium with a software passkey, for tests that look at pages as people do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

#: Names under which systems install the same browser.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: Milliseconds for one step; a busy machine needs some.
STEP_MS = 20_000


@contextmanager
def running_browser() -> Iterator[Browser]:
    """The system's Chromium without a window; no sandbox, since tests may run as root on loopback only."""
    program = next(found for name in PROGRAMS if (found := shutil.which(name)))
    # The driver runs an event loop in this thread; Django would refuse its database beside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


def opened(browser: Browser, address: str, *, wide: int = 1280, dark: bool = False) -> BrowserContext:
    """A fresh profile whose pages begin at ``address``; ``wide`` in CSS pixels."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": wide, "height": 800},
        color_scheme="dark" if dark else "light",
        locale="en-GB",
    )
    context.set_default_timeout(STEP_MS)
    expect.set_options(timeout=STEP_MS)
    return context


def give_passkey_device(page: Page) -> str:
    """A software authenticator that keeps passkeys and says yes; the id by which the browser knows it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return str(session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def complaints(page: Page) -> list[str]:
    """A list that fills with what the page's console and scripts complain about, refused content included."""
    heard: list[str] = []
    page.on("console", lambda line: heard.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard
