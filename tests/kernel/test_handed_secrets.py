"""Secrets in sealed memory: read at any time, changed by nobody, and nothing else passes for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.kernel.channels.memory import memory
from tutela.kernel.errors import Invalid
from tutela.kernel.handed_secrets import VARIABLE, handed_over, received
from tutela.kernel.settings import find_origins

pytestmark = pytest.mark.needs("linux")


def test_what_is_handed_over_is_received_again_and_again() -> None:
    with handed_over({"hotline__database": "postgresql://ü"}) as descriptor:
        for _ in range(2):
            assert received(str(descriptor)) == {"hotline__database": "postgresql://ü"}
        origins = find_origins(environ={VARIABLE: str(descriptor)})
    assert origins.handed == {"hotline__database": "postgresql://ü"}
    assert origins.any()
    assert "postgresql" not in repr(origins)


def test_nobody_changes_it() -> None:
    with handed_over({"a": "b"}) as descriptor:
        with pytest.raises(OSError, match="not permitted"):
            os.pwrite(descriptor, b"x", 0)
        with pytest.raises(OSError, match="not permitted"):
            os.ftruncate(descriptor, 0)


def test_it_is_passed_on_no_further() -> None:
    with handed_over({"a": "b"}) as descriptor:
        os.set_inheritable(descriptor, True)
        received(str(descriptor))
        assert not os.get_inheritable(descriptor)


@pytest.mark.parametrize("number", ["", "x", "-1", "99999", "9" * 40, "²"])
def test_a_number_of_nothing_is_refused(number: str) -> None:
    with pytest.raises(Invalid) as caught:
        received(number)
    assert caught.value.field == VARIABLE


def test_a_file_or_memory_that_can_change_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+b") as file, memory() as open_memory:
        for descriptor in (file.fileno(), open_memory):
            os.write(descriptor, b'{"hotline__database": "x"}')
            with pytest.raises(Invalid):
                received(str(descriptor))


def test_a_secret_handed_over_goes_before_one_in_a_folder(tmp_path: Path) -> None:
    from tutela.config import Config
    from tutela.kernel.settings import Origins, read

    (tmp_path / "notices__password").write_text("old")
    origins = Origins(secrets=tmp_path, handed={"notices__password": "new"})
    assert read(Config, origins).values.notices.password.get_secret_value() == "new"
