from __future__ import annotations

import pytest

from tutela.detect.service.hma.rules import HmaRules
from tutela.kernel.errors import Invalid
from tutela.kernel.taxonomy import legal_classes


def test_the_defaults_are_off_with_hmas_own_signal_types() -> None:
    rules = HmaRules()
    assert not rules.enabled and list(rules.signals()) == ["pdq", "video_md5"]
    assert rules.bank_class in {known.name for known in legal_classes()}


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(Invalid, match="pdq, video_md5, video_sha256"):
        HmaRules(signal_types=("pdq", "clip")).signals()
