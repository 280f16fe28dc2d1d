"""The process map: what each is given, what it never has; and the commands exist."""

from __future__ import annotations

import pytest

from tests.house.reading import ROOT
from tools.reference_pages import commands
from tutela.config import Config
from tutela.hotline.ledger.actors import PROCESSES as ACTORS
from tutela.kernel.errors import Refused
from tutela.kernel.setting_names import settings_of
from tutela.processes.map import PROCESSES, check_possessions, may_have, process_named

KEYS = [one.key for one in settings_of(Config)]


def given(name: str) -> set[str]:
    return {key for key in KEYS if may_have(process_named(name), key)}


def test_nobody_but_the_opener_knows_where_the_private_keys_are() -> None:
    assert [one.name for one in PROCESSES if "custody.keys" in given(one.name)] == ["opener"]


def test_who_meets_the_internet_knows_no_database_and_nobody_else_the_way_out() -> None:
    for name in ("fetcher", "visitor"):
        assert not {key for key in given(name) if not key.startswith(("egress.", "custody.", "visits."))}
    assert [one.name for one in PROCESSES if "egress.socks" in given(one.name)] == ["fetcher", "visitor"]


def test_only_the_desk_signs_people_in_and_only_the_sender_sends() -> None:
    assert [one.name for one in PROCESSES if "hotline.oidc.client_secret" in given(one.name)] == ["desk"]
    for key in ("notices.password", "replies.password", "reports_by_mail.password"):
        assert [one.name for one in PROCESSES if key in given(one.name)] == ["sender"]


def test_the_worker_is_told_how_much_of_a_page_is_fetched() -> None:
    assert [one.name for one in PROCESSES if "pages.media_max" in given(one.name)] == ["worker"]


def test_every_word_of_the_map_is_a_setting_and_every_process_an_actor() -> None:
    for process in PROCESSES:
        for word in (*process.settings, *process.never):
            assert any(key == word or key.startswith(f"{word}.") for key in KEYS), word
        assert not process.setting or process.setting in KEYS
    assert {one.name for one in PROCESSES} <= ACTORS


def test_every_command_exists() -> None:
    known = {name for name, _, _ in commands()}
    assert {f"tutela {' '.join(one.command)}" for one in PROCESSES} <= known


def test_a_process_that_knows_too_much_is_refused_by_name() -> None:
    fetcher = process_named("fetcher")
    check_possessions(fetcher, {"egress.socks": "tutela.toml", "hotline.public_url": "tutela.toml"})
    with pytest.raises(Refused, match=r"must not know hotline\.database, which tutela\.toml says"):
        check_possessions(fetcher, {"hotline.database": "tutela.toml"})


@pytest.mark.parametrize("name", ["fetcher", "visitor", "opener", "notary"])
def test_who_sends_no_mail_is_refused_the_way_into_every_mailbox(name: str) -> None:
    for key in ("notices.password", "replies.password", "reports_by_mail.password", "alerts.hook_secret"):
        with pytest.raises(Refused, match="must not know"):
            check_possessions(process_named(name), {key: "tutela.toml"})


def test_the_manual_shows_this_very_map() -> None:
    page = (ROOT / "docs" / "explanation" / "processes.md").read_text(encoding="utf-8")
    for one in PROCESSES:
        command = f"`tutela {' '.join(one.command)}`"
        assert f"| {one.name} | {command} | {one.reaches} | {one.holds} | {one.not_holds} |" in page
