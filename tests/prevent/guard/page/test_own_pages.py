"""Help, exercise, coverage, lists, consent and the text about a wrong block."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import escape, unescape

import pytest

from tests.prevent.guard.page.conftest import Home
from tests.prevent.guard.page.visiting import Visitor
from tutela.prevent.guard.classes.shipped import shipped_card
from tutela.prevent.guard.page import covered
from tutela.prevent.guard.page.in_force import shown_classifier
from tutela.prevent.guard.page.reports import TEXT_CHARACTERS_MAX
from tutela.prevent.guard.page.shapes import ListInForce, Voter
from tutela.prevent.guard.person.consent import PARAGRAPHS, TEXT_VERSION, Consent, render_consent
from tutela.prevent.guard.person.folder import CONSENT
from tutela.prevent.guard.person.words import LANGUAGES, words_for
from tutela.prevent.guard.proxy.coverage import ROUTES

EN = words_for("en")
LIST = ListInForce(
    name="Northern list",
    version=12,
    laws=("Example Act, section 1",),
    expires=datetime(2026, 6, 1, tzinfo=UTC),
    publisher=Voter(organisation="Publisher", jurisdiction="CH"),
    votes=(Voter(organisation="North", jurisdiction="DE"), Voter(organisation="South", jurisdiction="PT")),
    perceptual=True,
)
FORM = {"day": "2026-05-04", "way": "network", "kind": "near", "text": "A bridge."}


def test_help_begins_with_the_crisis_and_knows_countries_and_regions(owner: Visitor) -> None:
    page = owner.get("/help?country=BE").text
    order = [
        page.index(EN.say(one)) for one in ("help.crisis", "help.emergency", "help.worried", "help.report")
    ]
    assert order == sorted(order)
    assert (
        "BE-VLG" in page
        and EN.say("help.grade_a", day="2026-10-09") in page
        and EN.say("help.grade_b") in page
    )
    assert "stopitnow.be" in owner.get("/help?country=BE&region=BE-VLG").text
    assert "BE-VLG" not in owner.get("/help?country=NL&region=BE-VLG").text
    assert '<option value="NL" selected>' in owner.get("/help").text, "until the browser is closed"
    assert EN.say("help.crisis_112") in owner.get("/help?country=").text
    assert '<option value="XX"' not in owner.get("/help?country=XX").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(owner: Visitor, home: Home, language: str) -> None:
    home.running.said_lists = (LIST,)
    home.running.said_classifiers = (shown_classifier(shipped_card("stand-in")),)
    owner.get(f"/language?to={language}")
    words = words_for(language)
    pages = {
        "choices": "/choices",
        "pause": "/pause",
        "leaving": "/leaving",
        "counts": "/counts",
        "diary": "/diary",
        "help": "/help?country=BE",
        "exercise": "/exercise",
        "self_help": "/self-help",
        "coverage": "/coverage",
        "report": "/report",
        "lists": "/lists",
        "about": "/about",
    }
    for name, path in pages.items():
        got = owner.get(path)
        assert got.status == 200 and f"<h1>{escape(words.say('page.' + name))}</h1>" in got.text.replace(
            "&#39;", "&#x27;"
        )
        assert "tutela" not in got.text.lower() and "<title>Quiet Pages</title>" in got.text
        assert f'<html lang="{language}" dir="ltr" translate="no">' in got.text


def test_exercise_and_self_help_are_there(owner: Visitor) -> None:
    exercise = owner.get("/exercise").text
    assert all(EN.say(f"calm.step_{number}") in exercise for number in range(1, 7))
    page = owner.get("/self-help").text
    assert (
        EN.say("calm.later_4") in page and EN.say("help.crisis") in page and EN.say("calm.no_therapy") in page
    )


def test_every_way_is_in_the_table_with_its_claim(owner: Visitor) -> None:
    page = unescape(owner.get("/coverage").text)
    assert page.count('scope="row"') == len(ROUTES) >= 30
    for route in ROUTES:
        claim = EN.say("shown." + route.claim.replace(" ", "_"))
        assert f'lang="en">{route.name}</th><td>{claim}</td><td lang="en">{route.how}</td>' in page
    assert EN.say("shown.coverage_english") not in page


def test_a_row_that_nobody_translated_is_marked(owner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.get("/language?to=de")
    said = words_for("de").say("shown.coverage_english")
    assert said not in owner.get("/coverage").text
    monkeypatch.setattr(covered, "texts", lambda: {"same": [], "texts": {}})
    page = owner.get("/coverage").text
    assert said in page and 'lang="en">JPEG</th>' in page


def test_lists_and_classifiers_say_who_answers_for_them(owner: Visitor, home: Home) -> None:
    page = owner.get("/lists").text
    assert EN.say("shown.lists_none") in page and EN.say("shown.classifiers_none") in page
    home.running.said_lists = (LIST,)
    home.running.said_classifiers = (shown_classifier(shipped_card("adult")),)
    page = owner.get("/lists").text
    assert EN.say("shown.votes", who="North (DE); South (PT)") in page and EN.say("shown.extract") in page
    assert "2026-06-01" in page and "nobody yet, 2026-11-23" in page and "0.28 %" in page
    assert EN.say("shown.release", release="0.1.0", port=8704) in page


def test_the_consent_can_be_read_again_and_given_anew(owner: Visitor, home: Home) -> None:
    page = unescape(owner.get("/about").text)
    assert all(EN.say(f"consent.{one}") in page for one in (*PARAGRAPHS, "made_to"))
    assert EN.say("shown.agreed", day="2026-05-04") in page and EN.say("shown.agree") not in page
    before = Consent(text=TEXT_VERSION - 1, day=date(2026, 5, 4), language="en")
    home.folder.write(CONSENT, render_consent(before).encode())
    assert EN.say("shown.agree") in owner.get("/about").text
    home.folder.remove(CONSENT)
    assert EN.say("shown.agree") in owner.get("/about").text
    home.clock.advance(86_400)
    assert owner.post("/about").location == "/about?said=page.done"
    given = Consent(text=TEXT_VERSION, day=date(2026, 5, 5), language="en")
    assert (home.folder.read(CONSENT) or b"").decode() == render_consent(given)


def test_a_report_is_shown_whole_and_kept_nowhere(owner: Visitor, home: Home) -> None:
    before = {path: path.read_bytes() for path in home.folder.path.rglob("*")}
    assert 'value="2026-05-04"' in owner.get("/report").text
    page = owner.post("/report", **FORM).text
    text = "wrong block 1\nday: 2026-05-04\nway: network\nkind: near\nrelease: 0.1.0\n\nA bridge.\n"
    assert f">{text}</pre>" in page
    saved = owner.post("/report/save", **FORM)
    assert saved.text == text and saved.headers["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert saved.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert {path: path.read_bytes() for path in home.folder.path.rglob("*")} == before


def test_a_report_with_an_address_is_refused_and_can_be_mended(owner: Visitor) -> None:
    owner.get("/report")
    wrong = {**FORM, "text": "see https://shop.example/<b>"}
    got = owner.post("/report", **wrong)
    assert got.status == 422 and EN.say("shown.report_address") in got.text
    assert "https://shop.example/&lt;b&gt;</textarea>" in got.text and "<pre" not in got.text
    long = owner.post("/report", **{**FORM, "text": "x" * (TEXT_CHARACTERS_MAX + 1)})
    assert EN.say("shown.report_long", number=TEXT_CHARACTERS_MAX) in long.text
    assert EN.say("page.old_form") in owner.post("/report", **{**FORM, "day": "today"}).text
    assert owner.post("/report/save", **wrong).status == 422
