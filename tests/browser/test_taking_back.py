"""What was told by hand is taken back with the keys alone, in a browser that runs no script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.browsing import STEP_MS
from tests.hotline.people import making
from tests.hotline.takedown.making import OFFICER, a_clock, a_form, a_sighting
from tutela.hotline.people.roles import TAKEDOWN_OFFICER
from tutela.hotline.takedown.actions.taking_back import take_back_form
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.hotline.takedown.contacts.taken_back import take_backs

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]
#: Presses of the tab key after which something on a page was reached, or never is.
TABS_MAX = 60


def two_take_backs() -> list[FormNotice]:
    clock = a_clock()
    forms = [a_form(a_sighting(clock), clock, name=name) for name in ("Host Ltd", "Hoster BV")]
    Contact.objects.filter(organisation="Hoster BV").update(country="NL")
    for one in forms:
        FormNotice.objects.filter(pk=one.pk).update(reference="H-1")
        take_back_form(one.public_id, actor=OFFICER, clock=clock)
        clock.advance(timedelta(hours=1).total_seconds())
    waiting = a_form(a_sighting(clock), clock, name="Another Host")
    FormNotice.objects.filter(pk=waiting.pk).update(state="waiting")
    return take_backs()


def reached(page: Page, wanted: Locator) -> None:
    """Return once the tab key has brought the focus there."""
    expect(wanted).to_have_count(1)
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the tab key never comes to {wanted}")


def test_it_is_taken_back_or_said_why_not_by_keys_alone(browser: Browser, desk: str) -> None:
    client = making.signed_in(making.person(TAKEDOWN_OFFICER))
    first, second = two_take_backs()
    context = browser.new_context(
        base_url=desk, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    context.add_cookies(
        [{"name": name, "value": one.value, "url": desk} for name, one in client.cookies.items()]
    )
    context.set_default_timeout(STEP_MS)
    page = context.new_page()
    page.goto("/by-hand/")
    reached(page, page.get_by_role("link", name=first.public_id[:12]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Take back by hand")
    expect(page.locator("main")).to_contain_text("The notice was wrong.")
    reached(page, page.get_by_label("Number that they gave it"))
    page.keyboard.type("T-7")
    reached(page, page.get_by_role("button", name="Write down"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).not_to_contain_text(first.public_id[:12])
    reached(page, page.get_by_role("link", name=second.public_id[:12]))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("De melding was onjuist.")
    reached(page, page.get_by_label("Why"))
    page.keyboard.press("ArrowDown")
    reached(page, page.get_by_role("button", name="Not needed"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="To take back")).to_have_count(0)
    found = {one.public_id: (one.state, one.reference) for one in FormNotice.objects.all()}
    assert found[first.public_id] == ("done", "T-7")
    assert found[second.public_id] == ("not_needed", "never_acted")
    context.close()
