"""What works without the passphrase: signing in, the emergency stop, the card after a block, the language."""

from __future__ import annotations

import re
import shutil
import threading
from datetime import date

import pytest

from tests.prevent.guard.page.conftest import Home
from tests.prevent.guard.page.visiting import PASSPHRASE, Visitor
from tutela.prevent.guard.page.open_pages import after_block
from tutela.prevent.guard.page.serving import PageServer
from tutela.prevent.guard.person.consent import Consent, render_consent
from tutela.prevent.guard.person.folder import CONSENT, KEYS, POLICY
from tutela.prevent.guard.person.policy import AfterBlock, Policy
from tutela.prevent.guard.person.stopping import is_stopped
from tutela.prevent.guard.person.words import LANGUAGES, words_for

EN = words_for("en")
#: Words of the guard's subject, in the six languages: none stands on a page that needs no passphrase.
TELLING = re.compile(
    r"pictur|imag|bild(?!schirm)|beeld|abus|missb|misbr|block|bloc|bloq|blok|guard|child|kind|niñ|crian|enfant",
    re.I,
)


def visible(text: str) -> str:
    return re.sub(r"<[^>]*>", " ", text)


def test_the_passphrase_opens_the_page(visitor: Visitor) -> None:
    front = visitor.get("/").text
    assert 'name="passphrase"' in front and "/diary" not in front
    before = visitor.cookies["visit"]
    assert visitor.post("/open", passphrase=PASSPHRASE).location == "/"
    assert visitor.cookies["visit"] != before, "a visit that others may know opens nothing"
    assert "/diary" in visitor.get("/").text


def test_a_wrong_passphrase_makes_the_next_try_wait(visitor: Visitor, home: Home) -> None:
    got = visitor.sign_in("four calm words hers")
    assert got.status == 403 and EN.say("page.wrong", seconds=1) in got.text
    got = visitor.post("/open", passphrase=PASSPHRASE)
    assert got.status == 429 and EN.say("page.early", seconds=1) in got.text
    home.wait(1)
    assert EN.say("page.wrong", seconds=2) in visitor.post("/open", passphrase="").text
    home.wait(2)
    assert visitor.post("/open", passphrase=PASSPHRASE).status == 303
    assert EN.say("page.wrong", seconds=1) in visitor.sign_in("four calm words hers").text, (
        "from the beginning"
    )


def test_many_tries_at_once_are_one(server: PageServer, home: Home) -> None:
    visitors = [Visitor(server.port) for _ in range(6)]
    statuses: list[int] = []
    for one in visitors:
        one.get("/")
    threads = [
        threading.Thread(target=lambda one=one: statuses.append(one.post("/open", passphrase="no").status))
        for one in visitors
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [403, 429, 429, 429, 429, 429]


def test_a_passphrase_of_any_length_and_of_blanks_is_tried_as_it_is(visitor: Visitor, home: Home) -> None:
    assert visitor.sign_in("x" * 5000).status == 403
    home.wait(1)
    assert visitor.post("/open", passphrase=PASSPHRASE + " ").status == 403


def test_without_keys_it_is_told(visitor: Visitor, home: Home) -> None:
    home.folder.remove(KEYS)
    assert visitor.sign_in().status == 503


def test_locking_ends_the_session(owner: Visitor) -> None:
    owner.get("/")
    before = dict(owner.cookies)
    assert owner.post("/lock").location == "/"
    assert owner.get("/diary").location == "/"
    owner.cookies = before
    assert owner.get("/diary").location == "/", "nobody can take it up again"


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_emergency_stop_works_at_once_with_and_without_the_passphrase(
    visitor: Visitor, home: Home, signed_in: bool
) -> None:
    if signed_in:
        visitor.sign_in()
    visitor.get("/")
    assert visitor.post("/stop").location == "/"
    assert home.running.stops == 1 and is_stopped(home.folder, home.device_clock.read())
    assert home.running.changed == 1, "what ends it is what the folder says"
    page = visitor.get("/").text
    assert EN.say("told.stopped", name="Quiet Pages") in page and 'action="/stop"' not in page
    assert visitor.post("/start").location == "/"
    assert home.running.state() == "on" and not is_stopped(home.folder, home.device_clock.read())


def test_it_stops_also_where_nothing_can_be_written(visitor: Visitor, home: Home) -> None:
    visitor.get("/")
    shutil.rmtree(home.folder.path)
    got = visitor.post("/stop")
    assert home.running.state() == "stopped" and "stopped_unsaved" in got.location
    assert EN.say("page.stopped_unsaved") in visitor.get(got.location).text


def test_an_address_can_say_nothing_but_its_own_sentences(visitor: Visitor) -> None:
    for said in ("told.running", "page.done", "nonsense", "<b>"):
        page = visitor.get(f"/?said={said}").text
        assert 'role="status"' not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_does_not_tell_what_it_is(visitor: Visitor, home: Home, language: str) -> None:
    home.choose(Policy(after_block="exercise"))
    visitor.get(f"/language?to={language}")
    for path in ("/", "/after", "/nothing"):
        text = visitor.get(path).text
        assert not TELLING.search(visible(text).replace(words_for(language).say("page.stop"), "")), path
        assert "<title>Quiet Pages</title>" in text


def test_home_says_how_it_is(owner: Visitor, home: Home) -> None:
    page = owner.get("/").text
    assert EN.say("told.running", name="Quiet Pages") in page and EN.say("page.nothing_waits") in page
    assert EN.say("page.trouble") not in page
    home.running.said_troubles = ("disk_full", "not_trusted")
    home.choices.ask_leaving()
    page = owner.get("/").text
    assert EN.say("told.disk_full") in page and EN.say("told.not_trusted") in page
    assert EN.say("choose.leave_wish") in page and 'action="/take-back"' in page
    home.wait(24 * 3600)
    owner.sign_in()
    assert EN.say("told.ready_to_leave", name="Quiet Pages") in owner.get("/").text


def test_home_says_how_long_a_pause_lasts(owner: Visitor, home: Home) -> None:
    home.choose(Policy(delay_hours=0))
    home.choices.ask_pause(15)
    home.choices.start_pause()
    home.running.said_state = "paused"
    home.wait(61)
    assert EN.say("told.paused", name="Quiet Pages", minutes=14) in owner.get("/").text


def test_home_says_that_the_consent_has_changed(owner: Visitor, home: Home) -> None:
    assert EN.say("told.consent_changed") not in owner.get("/").text
    home.folder.remove(CONSENT)
    assert EN.say("told.consent_changed") in owner.get("/").text


@pytest.mark.parametrize(
    ("chosen", "holds"),
    [
        ("exercise", "calm.step_1"),
        ("self-help", "calm.now_1"),
        ("helpline", "help.worried"),
        ("nothing", "page.after_nothing"),
    ],
)
def test_the_card_shows_what_was_chosen_and_nothing_else(
    visitor: Visitor, home: Home, chosen: AfterBlock, holds: str
) -> None:
    home.choose(Policy(after_block=chosen))
    page = visitor.get("/after").text
    every = {"calm.step_1", "calm.now_1", "help.worried", "page.after_nothing"}
    assert [one for one in every if EN.say(one) in page] == [holds]
    assert "block" not in visible(page).lower()
    assert ('accesskey="x"' in visitor.get("/").text) == (chosen != "nothing")


def test_the_card_finds_a_helpline_by_country(visitor: Visitor, home: Home) -> None:
    home.choose(Policy(after_block="helpline"))
    assert "0808 1000 900" in visitor.get("/after?country=GB").text
    assert "0808 1000 900" in visitor.get("/after").text, "until the browser is closed"
    assert "0808 1000 900" not in visitor.get("/after?country=").text
    assert visitor.get("/after?country=%3Cb%3E").status == 200


def test_damaged_choices_are_told_and_strict_ones_hold(owner: Visitor, home: Home) -> None:
    assert EN.say("page.choices_damaged") not in owner.get("/").text
    home.folder.write(POLICY, b"{}")
    assert EN.say("page.choices_damaged") in owner.get("/").text
    assert owner.post("/stop").status == 303 and home.running.stops == 1


def test_a_certificate_that_ends_is_told(owner: Visitor, home: Home) -> None:
    home.running.said_certificate_days = 12
    assert EN.say("told.certificate_due", name="Quiet Pages", days=12) in owner.get("/").text


def test_where_the_choices_are_damaged_there_is_no_card(
    visitor: Visitor, home: Home, server: PageServer
) -> None:
    home.folder.write(POLICY, b"{}")
    assert after_block(server.site) == "nothing" and visitor.get("/").status == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_chosen_for_as_long_as_the_browser_is_open(visitor: Visitor, language: str) -> None:
    assert visitor.get(f"/language?to={language}&back=/after").location == "/after"
    page = visitor.get("/").text
    assert f'<html lang="{language}" dir="ltr"' in page and words_for(language).say("page.open") in page


def test_the_language_of_the_consent_is_the_first_one(visitor: Visitor, home: Home) -> None:
    consent = Consent(text=1, day=date(2026, 5, 4), language="fr")
    home.folder.write(CONSENT, render_consent(consent).encode())
    assert '<html lang="fr"' in visitor.get("/").text
    visitor.get("/language?to=xx")
    assert '<html lang="fr"' in visitor.get("/").text


@pytest.mark.parametrize("back", ["https://shop.example/", "//shop.example", "/stop", "/nothing", ""])
def test_nobody_is_sent_elsewhere(visitor: Visitor, back: str) -> None:
    assert visitor.get(f"/language?to=de&back={back}").location == "/"


def test_there_is_a_sheet_and_no_icon(visitor: Visitor) -> None:
    assert visitor.get("/page.css").headers["Content-Type"] == "text/css; charset=utf-8"
    assert visitor.get("/favicon.ico").status == 204
