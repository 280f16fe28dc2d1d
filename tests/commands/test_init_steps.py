from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.commands.people_calls import Registrar
from tutela.commands.init_steps import Founded, Step, shown, steps
from tutela.config import Config
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.people.configuration import rehearse
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.custody.keys import Split
from tutela.processes.places import vault_places

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    keys(tmp_path).rotate()
    return tmp_path


def keys(home: Path) -> FileKeyStore:
    places = vault_places(Config().custody, home)
    return FileKeyStore(places.public, places.private, SystemClock())


def commands(home: Path, settings: Config | None = None, secrets: Path | None = None) -> list[str]:
    """The first command of each step."""
    house = Founded(settings=settings or Config(), home=home, secrets=secrets)
    return [step.commands[0] for step in steps(house)]


def test_a_new_house_has_everything_before_it(home: Path) -> None:
    assert [command.split(" -")[0] for command in commands(home)] == [
        "tutela keys split",
        "tutela signers key NAME",
        "tutela mandate sample police-first > mandate.toml",
        "tutela quorum sample small > quorum.toml",
        'tutela people invite "NAME" MAILBOX',
        "tutela backup",
        "tutela hotline check",
        "tutela up",
        "curl",
        "tutela notices sample",
        "tutela doctor",
    ]


def test_what_is_done_is_not_asked_for_again(home: Path, registrar: Registrar) -> None:
    keys(home).record_split(keys(home).current().id, Split(need=2, of=3))
    rehearse(home)
    registrar.invite("administrator", email="ada@house.test")
    registrar.invite("administrator", email="ben@house.test")
    record("backup_begun", actor=process("operator"))
    left = commands(home)
    assert left[0] == "TUTELA_HOME=FOLDER tutela init"  # the sample is nobody's own
    assert left[1] == "tutela hotline check"


def test_one_administrator_is_one_too_few(home: Path, registrar: Registrar) -> None:
    registrar.invite("administrator")
    registrar.invite("analyst", email="eve@house.test")
    (staff,) = [step for step in steps(Founded(settings=Config(), home=home, secrets=None)) if _invites(step)]
    assert "(1 so far)" in staff.words


def _invites(step: Step) -> bool:
    return "people invite" in step.commands[0]


def with_(room: str, **values: object) -> Config:
    """The defaults with these settings of one room."""
    own = getattr(Config(), room).model_copy(update=values)
    return Config().model_copy(update={room: own})


@pytest.mark.parametrize(
    ("settings", "secret"),
    [
        (with_("notices", user="tutela"), "notices__password"),
        (with_("replies", user="tutela"), "replies__password"),
        (with_("reports_by_mail", user="tutela"), "reports_by_mail__password"),
        (with_("alerts", hook="https://hooks.hotline.example"), "alerts__hook_secret"),
    ],
    ids=["notices", "replies", "reports by mail", "alerts"],
)
def test_a_secret_that_is_missing_comes_first(home: Path, settings: Config, secret: str) -> None:
    written = f'(umask 077; cat > "$TUTELA_SECRETS/{secret}")'
    assert commands(home, settings)[:2] == ["mkdir -m 700 secrets", written]
    assert commands(home, settings, secrets=home)[0] == written


def test_a_secret_that_is_known_is_not_asked_for(home: Path) -> None:
    settings = with_("notices", user="tutela", password=SecretStr("quiet"))
    assert commands(home, settings)[0].startswith("tutela keys split")


def test_the_front_is_told_where_each_address_leads(home: Path) -> None:
    settings = with_("hotline", public_url="https://report.hotline.example", public_listen="127.0.0.1:8710")
    words = " ".join(step.words for step in steps(Founded(settings=settings, home=home, secrets=None)))
    assert "https://report.hotline.example leads to 127.0.0.1:8710" in words
    here = " ".join(step.words for step in steps(Founded(settings=Config(), home=home, secrets=None)))
    assert "reached on this machine alone" in here and "speaks TLS" not in here


def test_letters_of_a_trial_are_said_to_stay_in_the_house(home: Path) -> None:
    def words(settings: Config) -> str:
        return " ".join(step.words for step in steps(Founded(settings=settings, home=home, secrets=None)))

    trial = with_("notices", test_mailbox="trial@house.test", country="NL")
    assert "every letter goes to trial@house.test alone" in words(trial)
    assert "alone" not in words(with_("hotline", public_url="https://report.hotline.example"))
    assert "tutela notices sample --country NL" in commands(home, trial)


def test_steps_are_shown_with_their_numbers() -> None:
    found = [
        Step(words="Do this.", commands=("first", "second")),
        Step(words="Then that.", commands=("third",)),
    ]
    assert list(shown(found)) == [
        *(" 1. Do this.", "      first", "      second"),
        *(" 2. Then that.", "      third"),
    ]
