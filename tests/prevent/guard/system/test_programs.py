from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.system import programs
from tutela.prevent.guard.system.programs import Answer, FakePrograms, SystemPrograms


def script(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def asking(tmp_path: Path) -> SystemPrograms:
    return SystemPrograms({"PATH": f"{tmp_path}:{os.environ['PATH']}", "X": "y"})


def test_a_program_answers_with_its_code_and_what_it_says(tmp_path: Path, asking: SystemPrograms) -> None:
    script(tmp_path, "ours", 'cat; echo "$1|$X|$LC_ALL"; echo no >&2; exit 3')
    assert asking.run(["ours", "a b; ls"], given=b"in ") == Answer(code=3, said=b"in a b; ls|y|C\n")


def test_one_that_is_not_there_or_hangs_is_told(
    tmp_path: Path, asking: SystemPrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not asking.has("no-such-program")
    with pytest.raises(Unavailable, match="no-such-program, which is not installed"):
        asking.run(["no-such-program"])
    script(tmp_path, "slow", "exec sleep 9")
    monkeypatch.setattr(programs, "TIMEOUT_SECONDS", 0.05)
    assert asking.has("slow")
    with pytest.raises(Unavailable, match="does not answer"):
        asking.run(["slow"])


def test_the_fake_asks_what_a_test_made_and_nothing_else() -> None:
    fake = FakePrograms(
        secret_tool=lambda words, given: Answer(code=0, said=b" ".join([given, words[0].encode()]))
    )
    assert fake.has("secret-tool") and not fake.has("certutil")
    assert fake.run(["secret-tool", "x"], given=b"y").said == b"y x" and fake.asked == [("secret-tool", "x")]
    with pytest.raises(Unavailable):
        fake.run(["certutil"])
