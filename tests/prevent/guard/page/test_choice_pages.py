"""Choices, pause and leaving: said before it is saved, waiting as long as was chosen, taken back at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.prevent.guard.page.conftest import Home
from tests.prevent.guard.page.visiting import Visitor
from tutela.prevent.guard.classes.chosen import render_classes
from tutela.prevent.guard.page import models
from tutela.prevent.guard.page.forms import fields_of
from tutela.prevent.guard.page.wording import later_said
from tutela.prevent.guard.person.counters import Counters, read_counts
from tutela.prevent.guard.person.folder import CLASSES, COUNTS, DIARY, POLICY, WAITS
from tutela.prevent.guard.person.policy import HOSTS_MAX, Policy
from tutela.prevent.guard.person.words import words_for

EN = words_for("en")
HOUR = 3600


def fields(policy: Policy) -> dict[str, str]:
    return dict(fields_of(policy))


def test_the_form_shows_what_holds(owner: Visitor, home: Home) -> None:
    home.choose(Policy(adult=True, never_intercepted=("bank.example",), delay_hours=72, sign="page"))
    page = owner.get("/choices").text
    assert 'name="adult" value="on" checked' in page and 'name="classifier" value="on" checked' not in page
    assert ">bank.example</textarea>" in page and EN.say("choose.says", delay="72 hours") in page
    for chosen in (
        'name="delay_hours" value="72" required checked',
        'name="sign" value="page" required checked',
    ):
        assert chosen in page


def test_what_would_change_is_said_and_nothing_is_changed(owner: Visitor, home: Home) -> None:
    before = home.folder.read(POLICY)
    wanted = Policy(adult=True, known_lists=False, never_intercepted=("bank.example",), sign="page")
    page = owner.post("/choices", **fields(wanted)).text
    at_once, _, later = page.partition(EN.say("choose.later"))
    assert "Adult content: on" in at_once and EN.say("choices.sign_page") in at_once
    when = EN.say("page.from_when", when=later_said(home.clock.now(), 24 * HOUR))
    for said in ("Known pictures: off", "Never opened: bank.example"):
        assert f"{said}, {when}" in later and said not in at_once
    assert EN.say("choose.erased") not in page
    assert (
        home.folder.read(POLICY) == before and home.folder.read(WAITS) is None and home.running.changed == 0
    )


def test_what_is_saved_tightens_at_once_and_loosens_after_the_delay(owner: Visitor, home: Home) -> None:
    wanted = Policy(adult=True, known_lists=False)
    owner.post("/choices", **fields(wanted))
    assert owner.post("/choices/save", **fields(wanted)).location == "/?said=choose.saved"
    assert home.choices.policy() == Policy(adult=True) and home.running.changed == 1
    page = owner.get("/?said=choose.saved").text
    assert EN.say("choose.saved") in page and "Known pictures: off" in page
    home.wait(24 * HOUR)
    assert home.choices.policy() == wanted


def test_what_waits_already_is_said_with_what_is_left(owner: Visitor, home: Home) -> None:
    wanted = Policy(known_lists=False)
    owner.post("/choices/save", **fields(wanted))
    home.wait(600)
    page = owner.post("/choices", **fields(wanted)).text
    assert EN.say("page.from_when", when=later_said(home.clock.now(), 24 * HOUR - 600)) in page


def test_without_a_delay_everything_holds_at_once(owner: Visitor, home: Home) -> None:
    home.choose(Policy(delay_hours=0))
    page = owner.post("/choices", **fields(Policy(delay_hours=0, known_lists=False))).text
    assert "Known pictures: off" in page and EN.say("choose.later") not in page


def test_nothing_to_change_has_no_button(owner: Visitor) -> None:
    page = owner.post("/choices", **fields(Policy())).text
    assert EN.say("choose.no_change") in page and EN.say("choose.save") not in page


def test_a_wrong_host_is_told_and_what_was_written_stays(owner: Visitor, home: Home) -> None:
    wrong = {**fields(Policy(adult=True)), "never_intercepted": "bank.example\n<b>bank"}
    got = owner.post("/choices", **wrong)
    assert got.status == 422 and EN.say("choose.bad_host", host="&lt;b&gt;bank") in got.text
    assert "bank.example\n&lt;b&gt;bank</textarea>" in got.text
    assert 'name="adult" value="on" checked' in got.text
    assert owner.post("/choices", **{**fields(Policy()), "films": "none"}).status == 422
    assert owner.post("/choices/save", **wrong).status == 422 and home.running.changed == 0


def test_too_many_hosts_are_told(owner: Visitor, home: Home) -> None:
    many = tuple(sorted(f"a{number}.example" for number in range(HOSTS_MAX)))
    home.choose(Policy(never_intercepted=many))
    for hosts in ([*many, "b.example"], ["b.example", *many[1:]], ["b.example"]):
        got = owner.post("/choices", **{**fields(Policy()), "never_intercepted": "\n".join(hosts)})
        full = len(hosts) > HOSTS_MAX
        assert (got.status == 422) == full
        assert (EN.say("choose.too_many", number=HOSTS_MAX) in got.text) == full


def test_keeping_nothing_erases_what_was_kept_and_says_so_before(owner: Visitor, home: Home) -> None:
    Counters(home.folder, home.keys.public, home.clock, release="0").keep()
    owner.post("/diary", text="a day")
    wanted = Policy(keep_nothing=True)
    assert EN.say("choose.erased") in owner.post("/choices", **fields(wanted)).text
    assert home.folder.read(COUNTS) and home.folder.read(DIARY)
    owner.post("/choices/save", **fields(wanted))
    assert home.folder.read(COUNTS) is None and home.folder.read(DIARY) is None
    assert not read_counts(home.folder, bytes(32)) and home.choices.policy().keep_nothing


def test_other_choices_erase_nothing(owner: Visitor, home: Home) -> None:
    Counters(home.folder, home.keys.public, home.clock, release="0").keep()
    owner.post("/choices/save", **fields(Policy(adult=True)))
    assert home.folder.read(COUNTS)


def test_a_model_that_is_not_there_cannot_be_switched_on(
    owner: Visitor, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "adult_installed", lambda: False)
    for wanted, sentence in ((Policy(classifier=True), "no_classifier"), (Policy(adult=True), "no_adult")):
        got = owner.post("/choices", **fields(wanted))
        assert got.status == 422 and EN.say(f"choose.{sentence}") in got.text
        assert owner.post("/choices/save", **fields(wanted)).status == 404
    assert home.choices.policy() == Policy() and home.running.changed == 0
    home.folder.write(CLASSES, render_classes(["stand-in"]))
    assert owner.post("/choices", **fields(Policy(classifier=True))).status == 200


def test_looking_at_wishes_that_wait_writes_nothing(owner: Visitor, home: Home) -> None:
    home.choices.ask(Policy(known_lists=False))
    before = home.folder.read(WAITS)
    home.wait(100)
    for path in ("/", "/choices", "/pause", "/leaving", "/after", "/counts"):
        owner.get(path)
    owner.post("/choices", **fields(Policy()))
    assert home.folder.read(WAITS) == before


def test_a_wish_is_taken_back_alone(owner: Visitor, home: Home) -> None:
    home.choices.ask(replace(Policy(), never_intercepted=("a.test", "b.test"), known_lists=False))
    owner.get("/")
    assert owner.post("/take-back", field="never_intercepted", host="a.test").location == "/?said=page.done"
    assert {one.value for one in home.choices.waits().waiting} == {"b.test", False}
    owner.post("/take-back", field="known_lists", host="")
    owner.post("/take-back", field="no such", host="<b>")
    assert [one.value for one in home.choices.waits().waiting] == ["b.test"]
    assert home.running.changed == 3


def test_a_pause_is_asked_for_waits_begins_and_ends(owner: Visitor, home: Home) -> None:
    page = owner.get("/pause").text
    assert EN.say("choose.pause_begin") not in page and EN.say("choose.pause_of", minutes=240) in page
    assert owner.post("/pause", does="ask", minutes="60").location == "/pause"
    assert EN.say("choose.pause_of", minutes=60) in owner.get("/pause").text
    assert owner.post("/pause", does="begin").status == 404 and not home.choices.paused()
    home.wait(24 * HOUR)
    owner.sign_in()
    assert EN.say("choose.pause_begin") in owner.get("/pause").text
    owner.post("/pause", does="begin")
    assert home.choices.paused() and EN.say("choose.pause_end") in owner.get("/pause").text
    owner.post("/pause", does="end")
    assert not home.choices.paused() and home.running.changed == 3


@pytest.mark.parametrize("minutes", ["", "61", "-15", "15.0", "many", "100000"])
def test_a_pause_of_another_length_is_refused(owner: Visitor, home: Home, minutes: str) -> None:
    owner.get("/pause")
    assert owner.post("/pause", does="ask", minutes=minutes).status == 422
    assert home.choices.waits().empty


def test_leaving_is_asked_for_and_taken_back_and_stays_open_once_it_has_waited(
    owner: Visitor, home: Home
) -> None:
    page = owner.get("/leaving").text
    assert (
        EN.say("choose.leave_ask") in page
        and EN.say("choose.leave_command", word="leave", first="setup") in page
    )
    assert owner.post("/leaving").location == "/leaving"
    when = EN.say("choose.leave_waits", when=later_said(home.clock.now(), 24 * HOUR))
    assert when in owner.get("/leaving").text
    owner.post("/take-back", field="leaving", host="")
    assert EN.say("choose.leave_ask") in owner.get("/leaving").text
    owner.post("/leaving")
    home.wait(24 * HOUR)
    owner.sign_in()
    assert EN.say("told.ready_to_leave", name="Quiet Pages") in owner.get("/leaving").text
    home.choices.check_leaving()
