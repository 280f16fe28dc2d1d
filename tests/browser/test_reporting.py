"""The public's pages as somebody meets them: without script, by keyboard, on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.serving import running_desk
from tests.hotline.cases.making import CLOCK
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.hotline.intake.crowd import Crowd, crowd
from tutela.hotline.intake.languages import LANGUAGES
from tutela.hotline.intake.models import Report
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.web import public_settings

#: The browser tries numbers until one fits: a second at a mean, and one in 150 needs five times as many
#: (``tickets.PUZZLE_BITS``), on a machine that is busy with other tests.
PUZZLE_MILLISECONDS_MAX = 60_000

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]


@pytest.fixture
def public(own_database: None, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The address of the public process, with keys to seal with."""
    vault, fetch = FileKeyStore(tmp_path / "v", tmp_path / "k", CLOCK), fetch_key_store(tmp_path, CLOCK)
    for keys in (vault, fetch):
        keys.rotate()
    settings.VAULT_EPOCHS, settings.FETCH_EPOCHS = str(vault.folder), str(fetch.folder)
    settings.SPARE_FOLDER = str(tmp_path / "spare")
    settings.ROOT_URLCONF = public_settings.ROOT_URLCONF
    settings.MIDDLEWARE, settings.TEMPLATES = public_settings.MIDDLEWARE, public_settings.TEMPLATES
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.TUTELA_PORTALS = ()
    crowd.cache_clear()
    with running_desk() as address:
        yield address


@pytest.fixture(params=[1280, 380], ids=["wide", "telephone"])
def reader(request: pytest.FixtureRequest, browser: Browser, public: str) -> Iterator[BrowserContext]:
    """Somebody whose browser runs no script."""
    context = browser.new_context(
        base_url=public,
        java_script_enabled=False,
        viewport={"width": request.param, "height": 700},
        locale="en-GB",
    )
    yield context
    context.close()


def type_by_keyboard(page: Page, *, addresses: str, stops: int) -> None:
    """From the top of the page: past skip link, menu and complaints to the first field, and send the form."""
    for _ in range(stops):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Addresses")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(addresses)
    page.keyboard.press("Tab")
    page.keyboard.type("seen today")
    for _ in range(4):  # urgent, details that stay closed, receipt, button
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send the report")).to_be_focused()
    page.keyboard.press("Enter")


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window; asked of the layout, since no script runs."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    return all(
        box is None or box["x"] + box["width"] <= width + 1
        for box in (one.bounding_box() for one in page.locator("main *").all())
    )


def test_a_report_is_sent_by_keyboard_and_its_receipt_asked(reader: BrowserContext) -> None:
    page = reader.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda one: None if "localhost" in one.url else elsewhere.append(one.url))
    page.goto("/")
    assert fits(page)
    page.get_by_role("link", name="I saw it").click()
    assert fits(page)
    jump = int(page.get_by_role("link", name="Help, right now").is_visible())
    type_by_keyboard(page, addresses="nowhere", stops=6 + jump)
    expect(page.get_by_role("alert")).to_contain_text("Line 1: This is no web address.")
    expect(page.get_by_label("Description")).to_have_value("seen today")
    assert fits(page)
    type_by_keyboard(page, addresses="there.test/x", stops=7 + jump)
    expect(page.get_by_role("heading", name="Thank you. Your report is here.")).to_be_visible()
    words = " ".join(page.locator("ol.receipt li").all_inner_texts())
    assert fits(page) and Report.objects.count() == 1
    page.get_by_role("link", name="Ask with a receipt").click()
    page.get_by_label("The seven words of your receipt").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("waits for the next person")
    assert not reader.cookies() and not elsewhere


def test_another_language_keeps_what_was_typed(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/report")
    page.get_by_label("Addresses").fill("https://there.test/x")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Missbrauch eines Kindes melden")).to_be_visible()
    expect(page.get_by_label("Adressen")).to_have_value("https://there.test/x")
    assert fits(page) and Report.objects.count() == 0


def test_what_somebody_typed_is_never_run(reader: BrowserContext) -> None:
    page = reader.new_page()
    loud: list[str] = []
    page.on("dialog", lambda one: loud.append(one.message))
    page.goto("/report")
    attack = "\"'></textarea><img src=x onerror=alert(1)><script>alert(2)</script>"
    page.get_by_label("Addresses").fill(attack)
    page.get_by_label("Description").fill(attack)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_label("Addresses")).to_have_value(attack)
    assert page.locator("img").count() == 0 and page.locator("script").count() == 0 and not loud


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_in_works_in_every_language(browser: Browser, public: str, language: str) -> None:
    context = browser.new_context(base_url=public, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    for path in ("/report", "/me", "/threat"):
        page.goto(f"{path}?language={language}")
        page.locator("#text").fill("something happened")
        page.locator("#send").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("ol.receipt li")).to_have_count(7)
    words = " ".join(page.locator("ol.receipt li").all_inner_texts())
    page.goto(f"/receipt?language={language}")
    page.locator("#receipt").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    assert Report.objects.filter(language=language).count() == 3 and not context.cookies()
    context.close()


def test_help_of_another_country_is_shown_and_nothing_typed_is_lost(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/threat")
    page.get_by_label("What happened?").fill("my words")
    page.get_by_label("Where are you?").select_option("GB")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("complementary")).to_contain_text("999")
    expect(page.get_by_label("What happened?")).to_have_value("my words")
    assert fits(page) and Report.objects.count() == 0


def test_a_browser_that_runs_scripts_need_not_wait(
    browser: Browser, public: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Crowd(per_second=0.05)
    monkeypatch.setattr("tutela.hotline.intake.forms.crowd", lambda: full)
    monkeypatch.setattr("tutela.hotline.intake.pages.crowd", lambda: full)
    while full._plain.take():
        pass
    context = browser.new_context(base_url=public, locale="en-GB")
    page = context.new_page()
    loud: list[str] = []
    page.on("pageerror", lambda error: loud.append(str(error)))
    page.goto("/report")
    page.get_by_label("Addresses").fill("https://there.test/x")
    page.get_by_role("button", name="Send the report").click()
    thanks = page.get_by_role("heading", name="Thank you. Your report is here.")
    expect(thanks).to_be_visible(timeout=PUZZLE_MILLISECONDS_MAX)
    assert Report.objects.count() == 1 and not loud
    context.close()
