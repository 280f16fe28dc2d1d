"""Who is answered at all, what every answer carries, and what is said when something fails."""

from __future__ import annotations

import logging
import re
import shutil
from urllib.parse import urlencode

import pytest

from tests.prevent.guard.page.conftest import Home
from tests.prevent.guard.page.visiting import PASSPHRASE, Visitor
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.prevent.guard.page.answering import HEADERS, sentence_for
from tutela.prevent.guard.page.serving import PageServer
from tutela.prevent.guard.page.sessions import IDLE_SECONDS
from tutela.prevent.guard.person.folder import POLICY
from tutela.prevent.guard.person.words import words_for
from tutela.prevent.guard.system.accounts import End

OWN = ["/choices", "/pause", "/leaving", "/counts", "/diary", "/help", "/exercise", "/self-help"]
OWN += ["/coverage", "/report", "/lists", "/about", "/choices/save"]
EN = words_for("en")


@pytest.mark.parametrize("path", OWN)
def test_nothing_of_the_person_is_shown_without_the_passphrase(visitor: Visitor, path: str) -> None:
    got = visitor.get(path)
    assert (got.status, got.location, got.text) == (303, "/", "")
    assert visitor.post(path).location in ("/", "") and visitor.get("/").status == 200


@pytest.mark.parametrize("host", ["page.example", "127.0.0.1", "127.0.0.1:1", "localhost.:{port}", ""])
def test_a_request_under_another_name_gets_nothing(visitor: Visitor, host: str) -> None:
    got = visitor.get("/", {"Host": host.format(port=visitor.port)})
    assert got.status in (421, 400) and got.text == "" and not got.headers["Set-Cookie"]


def test_the_page_answers_under_both_of_its_names(visitor: Visitor) -> None:
    assert visitor.get("/", {"Host": f"localhost:{visitor.port}"}).status == 200


def test_another_account_gets_nothing(home: Home) -> None:
    asked: list[tuple[End, End]] = []

    def nobody(peer: End, ours: End) -> bool:
        asked.append((peer, ours))
        return False

    with PageServer(home.folder, home.running, port=0, is_own_account=nobody) as page:
        visitor = Visitor(page.port)
        for got in (visitor.get("/"), visitor.get("/page.css"), visitor.post("/stop")):
            assert (got.status, got.text, got.headers["Set-Cookie"]) == (403, "", None)
        assert {ours for _, ours in asked} == {End("127.0.0.1", page.port)}
    assert all(peer.port > 0 for peer, _ in asked)
    assert home.running.stops == 0


def test_every_answer_carries_the_header_fields_and_names_no_program(owner: Visitor) -> None:
    for path in ("/", "/diary", "/page.css", "/nothing", "/favicon.ico"):
        got = owner.get(path)
        assert {name: got.headers[name] for name in HEADERS} == HEADERS
        assert got.headers["Server"] is None and "tornado" not in str(got.headers).lower()
    assert "script-src" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'")


def test_cookies_are_for_this_page_alone_and_end_with_the_browser(visitor: Visitor) -> None:
    said = visitor.get("/").headers["Set-Cookie"].lower()
    assert (
        "httponly" in said and "samesite=strict" in said and "expires" not in said and "max-age" not in said
    )


@pytest.mark.parametrize(
    "path", ["/stop", "/start", "/lock", "/open", "/choices", "/diary/forget", "/counts"]
)
def test_a_form_without_its_token_does_nothing(owner: Visitor, home: Home, path: str) -> None:
    before = home.folder.read(POLICY)
    for token in ("", "0" * 64, owner.form[:-1]):
        body = urlencode({"form": token, "passphrase": PASSPHRASE, "sure": "on"})
        got = owner.ask("POST", path, body)
        assert got.status == 400 and EN.say("page.old_form") in got.text
    assert (home.running.stops, home.running.changed, home.folder.read(POLICY)) == (0, 0, before)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://shop.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_of_another_site_does_nothing(visitor: Visitor, home: Home, headers: dict[str, str]) -> None:
    visitor.get("/")
    assert visitor.post_with(headers, "/stop").status == 400
    assert home.running.stops == 0


def test_a_token_is_worth_nothing_to_another_visit(server: PageServer, home: Home) -> None:
    one, other = Visitor(server.port), Visitor(server.port)
    one.get("/")
    other.get("/")
    other.form = one.form
    assert other.post("/stop").status == 400 and home.running.stops == 0


def test_the_page_of_a_form_that_is_too_old_can_stop(visitor: Visitor, home: Home) -> None:
    visitor.get("/")
    visitor.form = "0" * 64
    assert visitor.post("/stop").status == 400
    assert visitor.post("/stop").status == 303 and home.running.stops == 1


def test_a_visit_that_was_made_up_is_replaced(visitor: Visitor) -> None:
    visitor.cookies["visit"] = "mine"
    visitor.get("/")
    assert re.fullmatch(r"[0-9a-f]{32}", visitor.cookies["visit"])


def test_a_session_ends_when_nobody_uses_it(owner: Visitor, home: Home) -> None:
    home.wait(IDLE_SECONDS - 1)
    assert owner.get("/diary").status == 200
    home.wait(IDLE_SECONDS)
    assert owner.get("/diary").location == "/"
    assert 'name="passphrase"' in owner.get("/").text


@pytest.mark.parametrize("path", ["/nothing", "/after/", "/etc/passwd", "/page.css/x", "/%2e%2e/"])
def test_elsewhere_is_nothing(visitor: Visitor, path: str) -> None:
    got = visitor.get(path)
    assert got.status == 404 and EN.say("page.not_found") in got.text


def test_a_form_that_no_page_has_is_told_and_not_traced(owner: Visitor) -> None:
    got = owner.ask("POST", "/diary", f"form={owner.form}&text=%ff%fe")
    assert got.status == 400 and "Traceback" not in got.text
    assert owner.ask("PUT", "/diary", f"form={owner.form}").status == 405
    assert owner.ask("GET", "/stop").status == 405


def test_damaged_choices_are_strict_ones_and_the_stop_goes_on_working(owner: Visitor, home: Home) -> None:
    home.folder.write(POLICY, b"{}")
    assert owner.get("/").status == 200
    assert 'name="films" value="blocked" required checked' in owner.get("/choices").text
    assert owner.post("/stop").status == 303 and home.running.stops == 1


def test_a_folder_that_is_gone_is_told_and_the_stop_goes_on_working(owner: Visitor, home: Home) -> None:
    shutil.rmtree(home.folder.path)
    got = owner.get("/diary")
    assert got.status == 503 and EN.say("page.unavailable") in got.text
    assert owner.post("/stop").status == 303 and home.running.stops == 1
    assert not home.folder.path.exists(), "what was left does not come back"


def test_each_family_of_errors_has_its_sentence() -> None:
    assert sentence_for(Unavailable("the disk is full"), 503) == "page.unavailable"
    assert {sentence_for(one, 500) for one in (Refused("x"), Invalid("x"))} == {"page.not_possible"}
    assert [sentence_for(None, code) for code in (400, 404, 500)] == [
        "page.old_form",
        "page.not_found",
        "page.not_possible",
    ]


def test_nothing_of_it_is_logged(
    owner: Visitor, home: Home, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    owner.get("/help?country=DE")
    owner.post("/diary", text="a secret")
    owner.get("/nothing")
    owner.get("/", {"Host": "page.example"})
    shutil.rmtree(home.folder.path)
    owner.get("/")
    assert caplog.text == "" and capfd.readouterr() == ("", "")
