"""The console blocks of the how-to pages run as they stand, one page after the other in its own folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.house import stage
from tests.house.console import run, steps
from tests.house.reading import ROOT

PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))


@pytest.fixture(scope="session")
def built_stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stage.build(tmp_path_factory.mktemp("stage"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_console_blocks_of_the_page_run(page: Path, built_stage: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built_stage, tmp_path / "stage"))
    for step in steps(page.read_text(encoding="utf-8")):
        wrong = run(step, folder)
        assert not wrong, f"{page.name}:{step.line} $ {step.command}\n{wrong}"


def test_every_page_has_a_block_that_runs() -> None:
    assert all(list(steps(page.read_text(encoding="utf-8"))) for page in PAGES)
