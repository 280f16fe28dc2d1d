"""Settings of the room."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.detect.matching import engine, live_writer, retro
from tutela.detect.matching.index import BUCKETED
from tutela.detect.matching.settings import MatchingSettings


def test_defaults_are_those_of_the_code() -> None:
    plain = MatchingSettings()
    assert plain.index == BUCKETED.name
    assert plain.per_print_max == engine.PER_PRINT_MAX
    assert plain.per_file_max == engine.PER_FILE_MAX
    assert plain.tail_rows_max == live_writer.TAIL_ROWS_MAX
    assert plain.seen_files_max == retro.FILES_MAX


@pytest.mark.parametrize("wrong", [{"per_print_max": 0}, {"unknown": 1}, {"tail_rows_max": "many"}])
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MatchingSettings.model_validate(wrong)
