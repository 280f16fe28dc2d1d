from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page, expect

from tests.browser.browsing import complaints, give_passkey_device, opened
from tests.hotline.people import making
from tests.hotline.people.provider import running_provider
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.actions import invite_person, reset_sign_in
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ADMINISTRATOR, ANALYST

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]

OPERATOR = Actor(kind="process", name="operator")


def invited(*roles: str, name: str = "Ada Lovelace") -> str:
    """The path of the link of somebody who was just invited."""
    made = invite_person(
        name, f"{name.split(maxsplit=1)[0].lower()}@house.test", frozenset(roles), actor=OPERATOR
    )
    return f"/join/{made.token}/"


def join(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_label("New password").fill(making.PASSWORD)
    page.get_by_label("The same again").fill(making.PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Your sign-in")).to_be_visible()


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_from_invitation_to_passkey_to_sign_in(browser: Browser, desk: str) -> None:
    page = opened(browser, desk).new_page()
    heard = complaints(page)
    give_passkey_device(page)
    join(page, invited(ANALYST))
    page.goto("/")
    expect(page.get_by_role("alert")).to_contain_text("One thing is missing")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert len(page.locator(".codes li").all_text_contents()) == 10
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Desk")).to_be_visible()
    expect(page.locator("main")).to_contain_text("analyst")
    assert heard == []


def test_password_and_app_and_then_a_recovery_code(browser: Browser, desk: str) -> None:
    page = opened(browser, desk).new_page()
    heard = complaints(page)
    join(page, invited(ANALYST))
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("p .secret").inner_text()
    page.get_by_label("code").fill(code(secret))
    page.get_by_role("button", name="Set up").click()
    recovery = page.locator(".codes li").all_text_contents()
    for proof in (recovery[0], recovery[1]):
        page.get_by_role("button", name="Sign out").click()
        password(page)
        page.get_by_label("Code").fill(proof)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Desk")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    password(page)
    page.get_by_label("Code").fill(recovery[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not work here")
    assert heard == []


def password(page: Page) -> None:
    page.get_by_text("With password and code").click()
    page.get_by_label("Email").fill("ada@house.test")
    page.get_by_label("Password").fill(making.PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_an_administrator_invites_with_the_keyboard_alone(browser: Browser, desk: str) -> None:
    page = opened(browser, desk).new_page()
    heard = complaints(page)
    give_passkey_device(page)
    join(page, invited(ADMINISTRATOR))
    page.keyboard.press("p")
    page.get_by_role("button", name="Add").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    for key in ("g", "p"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    page.keyboard.press("n")
    # A fresh sign-in of a few minutes ago is not asked for again.
    expect(page.get_by_role("heading", name="Invite somebody")).to_be_visible()
    page.keyboard.press("Tab")
    page.get_by_label("Name").focus()
    page.keyboard.type("Grace Hopper")
    page.keyboard.press("Tab")
    page.keyboard.type("grace@house.test")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A link for Grace Hopper")).to_be_visible()
    assert re.fullmatch(
        r"http://localhost:8701/join/inv_[0-9a-z]{32}/", page.locator("p.secret").inner_text()
    )
    assert [one.role for one in Person.objects.get(name="Grace Hopper").roles_held.all()] == [
        "intake_officer"
    ]
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Back to all people")
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    assert heard == []


def test_the_house_s_own_sign_on(browser: Browser, desk: str, settings: Any) -> None:
    with running_provider() as provider:
        provider.use(settings)
        settings.TUTELA_FORM_TARGETS = [provider.address]
        page = opened(browser, desk).new_page()
        heard = complaints(page)
        give_passkey_device(page)
        page.goto(invited(ANALYST))
        page.get_by_role("button", name="House sign-on").click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("One thing is missing")
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="House sign-on").click()
        expect(page.get_by_role("heading", name="Second proof")).to_be_visible()
        page.get_by_role("button", name="Use your passkey").click()
        expect(page.get_by_role("heading", name="Desk")).to_be_visible()
        assert heard == []


def test_a_lost_passkey_ends_the_session_and_a_new_one_is_set_up(browser: Browser, desk: str) -> None:
    page = opened(browser, desk).new_page()
    give_passkey_device(page)
    join(page, invited(ANALYST))
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    made = reset_sign_in(Person.objects.get(name="Ada Lovelace"), actor=OPERATOR)
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("does not work here")
    join(page, f"/join/{made.token}/")
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("code").fill(code(page.locator("p .secret").inner_text()))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
