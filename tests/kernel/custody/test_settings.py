from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.kernel.custody.settings import CustodySettings


def test_nothing_is_set_by_default_and_unknown_names_are_refused() -> None:
    settings = CustodySettings()
    assert (settings.vault, settings.envelopes, settings.keys) == ("", "", "")
    with pytest.raises(ValidationError):
        CustodySettings.model_validate({"passphrase": "x"})
