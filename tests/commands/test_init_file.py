from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.commands.init_checks import text_of
from tutela.commands.init_file import check_text, said_of, settings_text, toml_value, wants_postgresql
from tutela.commands.init_questions import answers
from tutela.config import Config
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import Origins, read

SAID = {"name": "Hotline of Example", "country": "NL", "mail": "info@hotline.example"}
MUCH = SAID | {
    "operator": 'Stichting "Example"',
    "address": "1 Street; 1000 Town",
    "phone": "+31 000",
    "languages": "nl, fr",
    "public_url": "https://report.hotline.example",
    "desk_url": "https://desk.hotline.example",
    "mail_server": "mail.hotline.example",
    "mail_user": "tutela",
    "alerts_to": "duty@hotline.example, admin@hotline.example",
    "socks": "127.0.0.1:9050",
}


def text_for(said: dict[str, str]) -> str:
    return settings_text(answers(said, asks=False))


def values(text: str, folder: Path) -> tuple[Config, set[str]]:
    """What tutela itself reads in the file, and the keys that are set there."""
    path = folder / "tutela.toml"
    path.write_text(text)
    loaded = read(Config, Origins(file=path))
    return loaded.values, set(loaded.origin)


def test_the_file_says_exactly_what_was_said(tmp_path: Path) -> None:
    found, keys = values(text_for(MUCH), tmp_path)
    said = {key for key in said_of(answers(MUCH, asks=False)) if not key.startswith("hotline.portals.")}
    assert keys == said | {"hotline.portals"}
    hotline, notices = found.hotline, found.notices
    assert (hotline.public_url, hotline.desk_url) == (MUCH["public_url"], MUCH["desk_url"])
    assert hotline.vantages == ("direct", "proxied")
    assert found.egress.socks == MUCH["socks"]
    operator = hotline.operator
    assert (operator.name, operator.address) == ('Stichting "Example"', "1 Street\n1000 Town")
    assert (operator.mail, operator.phone) == (MUCH["mail"], "+31 000")
    (portal,) = hotline.portals
    assert (portal.key, portal.hosts, portal.name) == (
        "hotline-nl",
        ("report.hotline.example",),
        MUCH["name"],
    )
    assert (portal.country, portal.languages) == ("NL", ("nl", "fr"))
    assert (notices.from_address, notices.from_name) == ("notices@hotline.example", MUCH["name"])
    assert (notices.server, notices.encryption, notices.port) == ("mail.hotline.example", "starttls", 587)
    assert (notices.user, notices.country, notices.test_mailbox) == ("tutela", "NL", MUCH["mail"])
    assert found.alerts.to == ("duty@hotline.example", "admin@hotline.example")


def test_what_was_not_said_is_not_set(tmp_path: Path) -> None:
    found, keys = values(text_for(SAID | {"test_mailbox": "-"}), tmp_path)
    assert keys == {
        *("hotline.public_url", "hotline.desk_url", "hotline.operator.name", "hotline.operator.mail"),
        *("hotline.portals", "notices.from_address", "notices.from_name", "notices.country"),
        "notices.server",
    }
    assert (found.hotline.vantages, found.notices.encryption) == (("direct",), "none")


def test_each_setting_stands_below_its_reason_without_unit_and_source() -> None:
    lines = text_for(SAID).splitlines()
    keys = [place for place, line in enumerate(lines) if " = " in line]
    assert len(keys) > 25
    for place in keys:
        assert lines[place - 1].startswith("# ") and " = " not in lines[place - 1]
    assert not any(word in line for line in lines for word in ("(no unit)", "Source:"))
    assert max(map(len, lines)) <= 110


def test_what_is_off_can_be_switched_on_as_it_stands(tmp_path: Path) -> None:
    lines = [line.removeprefix("# ") if " = " in line else line for line in text_for(SAID).splitlines()]
    _, keys = values("\n".join(lines), tmp_path)
    assert {"replies.server", "egress.socks", "alerts.certificates", "hotline.operator.authority"} <= keys


def test_no_secret_has_a_place_in_it() -> None:
    assert "password =" not in text_for(MUCH)
    assert "database =" not in text_for(SAID | {"database": "postgresql"})


def test_the_database_that_was_chosen_is_found_in_the_file_again() -> None:
    assert wants_postgresql(text_for(SAID | {"database": "postgresql"}))
    assert not wants_postgresql(text_for(SAID))


def test_a_file_that_tutela_would_not_take_is_refused_with_the_setting() -> None:
    check_text(text_for(MUCH))
    with pytest.raises(Invalid) as caught:
        check_text(text_for(SAID).replace("notices@hotline.example", "nobody"))
    assert caught.value.field == "notices.from_address"


@given(st.text())
def test_any_text_comes_back_out_of_the_file(text: str) -> None:
    assert tomllib.loads(f"a = {toml_value(text)}\nb = {toml_value([text, text])}") == {
        "a": text,
        "b": [text, text],
    }


@settings(max_examples=20)
@given(st.text(max_size=90))
def test_any_name_that_is_taken_makes_a_file_that_is_taken(name: str) -> None:
    try:
        kept = text_of(80)(name, {})
    except ValueError:
        return
    if kept not in ("", "-"):
        check_text(text_for(SAID | {"name": kept}))


def test_a_host_that_is_an_address_of_version_6_is_known_as_browsers_write_it() -> None:
    said = said_of(answers(SAID | {"public_url": "http://[::1]:8700"}, asks=False))
    assert said["hotline.portals.hosts"] == ("[::1]",)
