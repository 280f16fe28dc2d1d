"""The systemd unit against the code: its command exists, its times and limits fit, systemd accepts it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.house.reading import ROOT
from tests.security.under_unit import read_unit
from tools.reference_pages import commands
from tutela.commands.serve_match import END_SECONDS
from tutela.detect.service.doctor.limits import LIST_DESCRIPTORS, OWN_DESCRIPTORS, REQUEST_DESCRIPTORS
from tutela.detect.service.follower import LISTS_MAX
from tutela.detect.service.follower_process import END_SECONDS as FOLLOWER_END_SECONDS
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.setting_names import settings_of
from tutela.kernel.settings import PLAIN_NAMES

FOLDER = ROOT / "packaging" / "systemd"
UNIT = FOLDER / "tutela-match.service"
#: What the supervisor itself needs besides, in seconds.
ROOM_SECONDS = 10.0


def one(name: str) -> str:
    """The value of a line that stands once."""
    (value,) = read_unit(UNIT)[name]
    return value


def test_the_command_is_one_that_exists() -> None:
    program, *words = shlex.split(one("ExecStart"))
    assert Path(program).name == "tutela"
    by_name = {name: command for name, command, _ in commands()}
    options = {option for parameter in by_name["tutela"].params for option in parameter.opts}
    while words and words[0].startswith("--"):
        assert words[0] in options
        words = words[2:]
    assert f"tutela {' '.join(words)}" in by_name


def test_it_waits_until_the_service_has_ended_in_order() -> None:
    needed = END_SECONDS + FOLLOWER_END_SECONDS
    assert needed < float(one("TimeoutStopSec")) <= needed + ROOM_SECONDS
    assert (one("KillSignal"), one("KillMode")) == ("SIGTERM", "mixed")
    assert one("ExecReload").split()[1:] == ["-HUP", "$MAINPID"]


def test_it_may_open_what_most_lists_and_requests_need() -> None:
    requests = ServiceSettings().requests_max * REQUEST_DESCRIPTORS
    assert int(one("LimitNOFILE")) >= requests + LISTS_MAX * LIST_DESCRIPTORS + OWN_DESCRIPTORS
    assert one("LimitCORE") == "0"


def test_data_are_closed_to_others_and_variables_are_known() -> None:
    assert (one("StateDirectory"), one("StateDirectoryMode"), one("UMask")) == ("tutela", "0700", "0077")
    variables = dict(line.split("=", 1) for line in read_unit(UNIT)["Environment"])
    assert variables == {"TUTELA_HOME": "%S/tutela", "TUTELA_SECRETS": "%d"}
    assert set(variables) <= set(PLAIN_NAMES)


def test_every_credential_is_a_setting_and_has_a_default() -> None:
    unit = read_unit(UNIT)
    names = [line.split(":")[0] for line in unit["LoadCredential"]]
    assert names == [line.split(":")[0] for line in unit["SetCredential"]]
    known = {f"service.{one.key}".replace(".", "__") for one in settings_of(ServiceSettings)}
    assert set(names) <= known


def test_the_user_of_the_unit_is_the_one_that_is_made() -> None:
    text = (FOLDER / "tutela-sysusers.conf").read_text(encoding="utf-8")
    (made,) = re.findall(r"^u (\S+) ", text, re.MULTILINE)
    assert one("User") == one("Group") == made


def with_program(folder: Path, program: str) -> Path:
    """The unit with another program, since the right one is not installed where tests run."""
    copy = folder / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    copy.write_text(
        re.sub(r"^ExecStart=\S+", f"ExecStart={program}", text, flags=re.MULTILINE), encoding="utf-8"
    )
    return copy


def verified(unit: Path) -> subprocess.CompletedProcess[str]:
    asked = ["systemd-analyze", "verify", "--man=no", str(unit)]
    return subprocess.run(asked, capture_output=True, text=True, timeout=60)


@pytest.mark.needs("systemd")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    done = verified(with_program(tmp_path, "/bin/true"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.needs("systemd")
def test_systemd_would_tell_of_a_mistake(tmp_path: Path) -> None:
    copy = with_program(tmp_path, "/bin/true")
    copy.write_text(copy.read_text(encoding="utf-8").replace("UMask=0077", "UMusk=0077"), encoding="utf-8")
    assert "UMusk" in verified(copy).stderr
    assert verified(with_program(tmp_path, "/nowhere/tutela")).returncode != 0
