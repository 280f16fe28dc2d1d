from __future__ import annotations

from tests.commands.log_calls import Notary
from tutela.kernel.custody.notes import NoteKey


def test_the_public_half_is_printed_and_the_private_one_stays(notary: Notary) -> None:
    assert notary("init", "hotline.test/log") == 0
    assert NoteKey.read(notary.out).name == "hotline.test/log" and "paper" in notary.err
    line = (notary.folder / "house" / "log.key").read_text()
    assert line.startswith("PRIVATE+KEY+") and line.strip() not in notary.out + notary.err
    assert notary("init", "hotline.test/log") == 2


def test_a_lost_key_comes_back_from_paper(notary: Notary) -> None:
    public = notary.json("init", "hotline.test/log")["public_key"]
    path = notary.folder / "house" / "log.key"
    line = path.read_text()
    path.unlink()
    assert notary("init", "--restore", typed=line[:-9] + "\n") == 2 and line[20:-9] not in notary.err
    assert notary("init", "--restore", typed=line) == 0
    assert public in notary.out and path.read_text() == line


def test_a_log_needs_a_name_that_a_log_may_have(notary: Notary) -> None:
    assert notary("init") == 2 and "hotline.example/log" in notary.err
    assert notary("init", "two words") == 2 and "spaces" in notary.err
