"""The story's own process: tests/demo/test_hotline.py runs it; here is what starts it."""

from __future__ import annotations

import pytest

from tutela.demo.chain.__main__ import command, main


def test_it_is_this_module_that_is_started() -> None:
    assert command()[-1] == "tutela.demo.chain"
    assert command(days=2, hosts=["one.test"])[-4:] == ("tutela.demo.chain", "--days", "2", "one.test")


def test_words_that_it_does_not_know_end_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--days", "many"])
    assert ended.value.code == 2 and "--days" in capsys.readouterr().err
