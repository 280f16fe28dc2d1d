"""The systemd units of the hotline against the process map: commands, what each is closed off from."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, SecretStr

from tests.house.reading import ROOT
from tests.security.under_unit import read_unit
from tools.reference_pages import commands
from tutela.config import Config
from tutela.hotline.cases.addresses import FETCH_PRIVATE
from tutela.hotline.cases.index_key import FILE_NAME as INDEX_KEY
from tutela.hotline.databases import FILE_NAME as DATABASE
from tutela.hotline.ledger.log_keys import PRIVATE as LOG_KEY
from tutela.kernel.settings import DELIMITER, Origins, read
from tutela.processes.map import PROCESSES, check_possessions, may_have, process_named
from tutela.processes.places import sockets
from tutela.processes.supervising import END_SECONDS
from tutela.processes.working import LISTS
from tutela.web.login_key import FILE_NAME as LOGIN_KEY

FOLDER = ROOT / "packaging" / "systemd"
WHOLE = "hotline"
NAMES = [one.name for one in PROCESSES]
#: What each process must not be able to read, below TUTELA_HOME.
CLOSED: Mapping[str, frozenset[str]] = {
    "fetcher": frozenset({"keys", DATABASE, INDEX_KEY, LOGIN_KEY, LOG_KEY, LISTS, "spare", "match"}),
    "visitor": frozenset({"keys", DATABASE, INDEX_KEY, LOGIN_KEY, LOG_KEY, LISTS, "spare", "match"}),
    "opener": frozenset({FETCH_PRIVATE, INDEX_KEY, LOGIN_KEY, LOG_KEY, LISTS, "match"}),
    "notary": frozenset({"keys", "envelopes", "vault/objects", FETCH_PRIVATE, INDEX_KEY, LOGIN_KEY})
    | {LISTS, "match", "spare", "sockets"},
    "worker": frozenset({"keys", "envelopes", FETCH_PRIVATE, LOGIN_KEY, LOG_KEY}),
    "sender": frozenset({"keys", "envelopes", "vault/objects", FETCH_PRIVATE, INDEX_KEY, LOGIN_KEY})
    | {LOG_KEY, LISTS, "match", "spare"},
    "public": frozenset({"keys", "envelopes", "vault/objects", FETCH_PRIVATE, INDEX_KEY, LOGIN_KEY})
    | {LOG_KEY, LISTS, "match", "sockets"},
    "desk": frozenset({"keys", "envelopes", "vault/objects", FETCH_PRIVATE, INDEX_KEY, LOG_KEY})
    | {LISTS, "match"},
}
#: Rooms of settings that are no part of a hotline: the match service has a unit and a test of its own.
ELSEWHERE = frozenset({"service"})


def holds_secret(annotation: Any) -> bool:
    """Whether a secret is in what a setting may be, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(holds_secret(one.annotation) for one in annotation.model_fields.values())
    return annotation is SecretStr or any(map(holds_secret, get_args(annotation)))


def secrets(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The dotted key of every setting in which a secret may stand."""
    for name, info in model.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from secrets(kind, f"{prefix}{name}.")
        elif holds_secret(kind):
            yield prefix + name


#: Every secret that a hotline may have.
SECRETS = [key for key in secrets(Config) if key.split(".")[0] not in ELSEWHERE]


def may_know(name: str) -> list[str]:
    """The secrets that a unit hands over, as they are called in a secrets folder."""
    known = [key for key in SECRETS if name == WHOLE or may_have(process_named(name), key)]
    return [key.replace(".", DELIMITER) for key in known]


def unit(name: str) -> Mapping[str, tuple[str, ...]]:
    return read_unit(FOLDER / f"tutela-{name}.service")


def one(name: str, line: str) -> str:
    (value,) = unit(name)[line]
    return value


@pytest.mark.parametrize("name", [*NAMES, WHOLE])
def test_a_unit_starts_the_command_of_the_map(name: str) -> None:
    wanted = {one.name: one.command for one in PROCESSES}.get(name, ("up",))
    program, *words = shlex.split(one(name, "ExecStart"))
    assert Path(program).name == "tutela"
    assert tuple(words[2:]) == wanted
    assert f"tutela {' '.join(wanted)}" in {name for name, _, _ in commands()}


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_is_closed_off_from_what_its_process_must_not_hold(name: str) -> None:
    closed = {line.removeprefix("-").removeprefix("%S/tutela/") for line in unit(name)["InaccessiblePaths"]}
    below = {
        path for path in CLOSED[name] if any(path == one or path.startswith(f"{one}/") for one in closed)
    }
    assert below == CLOSED[name]
    own = dict(line.split("=", 1) for line in unit(name)["Environment"])
    handed = {"TUTELA_SECRETS": "%d"} if may_know(name) else {}
    assert own == {"TUTELA_HOME": "%S/tutela", "TUTELA_CONFIG": f"%E/tutela/{name}.toml", **handed}


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_sees_no_settings_but_its_own(name: str) -> None:
    assert unit(name)["TemporaryFileSystem"][0] == "%E/tutela:ro"
    seen = {line.removeprefix("-").removeprefix("%E/tutela/") for line in unit(name)["BindReadOnlyPaths"]}
    assert seen == {f"{name}.toml"} | ({"db-ca.pem"} if name not in ("fetcher", "visitor") else set())


def test_whoever_asks_nobody_reaches_no_socket() -> None:
    assert sockets(Path("/home")).name == "sockets"
    for name in ("public", "notary"):
        assert "-%S/tutela/sockets" in unit(name)["InaccessiblePaths"]


@pytest.mark.parametrize(
    ("name", "reaches"),
    [
        ("worker", "localhost"),
        ("notary", "localhost"),
        ("public", "localhost"),
        ("desk", "localhost"),
        ("opener", ""),
    ],
)
def test_who_must_not_meet_the_internet_cannot(name: str, reaches: str) -> None:
    assert one(name, "IPAddressDeny") == "any"
    assert unit(name).get("IPAddressAllow", ("",))[0] == reaches
    assert one("opener", "RestrictAddressFamilies") == "AF_UNIX"


@pytest.mark.parametrize("name", [*NAMES, WHOLE])
def test_units_share_user_folder_and_times(name: str) -> None:
    assert (one(name, "User"), one(name, "UMask"), one(name, "LimitCORE")) == ("tutela", "0077", "0")
    waves = 2 if name == WHOLE else 1
    assert waves * END_SECONDS < float(one(name, "TimeoutStopSec")) <= waves * END_SECONDS + 15
    assert one(name, "RestartPreventExitStatus") == "2"


def test_secrets_of_the_settings_are_found_at_any_depth() -> None:
    assert {"hotline.database", "hotline.oidc.client_secret", "notices.dkim_rsa"} <= set(SECRETS)
    assert {"service.change_log", "service.hook_secrets"} <= set(secrets(Config))
    assert holds_secret(tuple[dict[str, SecretStr], ...])
    assert not holds_secret(tuple[dict[str, str], ...])


@pytest.mark.parametrize("name", [*NAMES, WHOLE])
def test_a_unit_hands_over_every_secret_that_it_may_know_and_no_other(name: str) -> None:
    handed = [f"{one}:/etc/tutela/secrets/{one}" for one in may_know(name)]
    assert list(unit(name).get("LoadCredential", ())) == handed
    assert list(unit(name).get("SetCredential", ())) == [f"{one}:\\n" for one in may_know(name)]


@pytest.mark.parametrize("name", [*NAMES, WHOLE])
def test_what_a_unit_hands_over_where_there_is_no_file_counts_as_not_set(name: str, tmp_path: Path) -> None:
    for line in unit(name).get("SetCredential", ()):
        credential, text = line.split(":", 1)
        (tmp_path / credential).write_text(text.replace("\\n", "\n"))
    loaded = read(Config, Origins(secrets=tmp_path))
    assert (loaded.values, loaded.origin) == (Config(), {})


@pytest.mark.parametrize("name", NAMES)
def test_a_process_takes_what_its_unit_hands_over(name: str) -> None:
    check_possessions(process_named(name), dict.fromkeys(map(dotted, may_know(name)), "secret"))


def dotted(credential: str) -> str:
    return credential.replace(DELIMITER, ".")


def test_the_target_is_what_each_unit_is_wanted_by() -> None:
    assert (FOLDER / "tutela-hotline.target").is_file()
    assert {one(name, "WantedBy") for name in NAMES} == {"tutela-hotline.target"}
    assert {one(name, "Conflicts") for name in NAMES} == {"tutela-hotline.service"}


@pytest.mark.slow
@pytest.mark.needs("systemd")
def test_systemd_accepts_every_unit(tmp_path: Path) -> None:
    for path in FOLDER.glob("tutela-*.*"):
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text)
    units = [str(tmp_path / f"tutela-{name}.service") for name in (*NAMES, WHOLE)]
    asked = ["systemd-analyze", "verify", "--man=no", *units, str(tmp_path / "tutela-hotline.target")]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
