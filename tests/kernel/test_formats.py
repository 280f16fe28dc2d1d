from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.formats import NewerFormatError, check_version


@pytest.mark.parametrize("version", [3, "3"])
def test_the_version_that_is_read_passes(version: object) -> None:
    check_version("a file", version, reads=3)


@given(st.integers(min_value=4, max_value=999_999_999))
def test_a_newer_version_is_named_with_what_is_read(version: int) -> None:
    with pytest.raises(
        NewerFormatError, match=f"^a file has format version {version}, this release reads 3: .*"
    ) as it:
        check_version("a file", version, reads=3)
    assert "nothing was changed" in str(it.value)


@pytest.mark.parametrize(
    "version", [None, True, 0, -1, 2, 1.5, "", "03", "three", "٣", "9" * 10, [3], {"v": 3}]
)
def test_what_no_release_wrote_is_not_called_newer(version: object) -> None:
    with pytest.raises(ValueError, match="no format version that this release knows") as it:
        check_version("a file", version, reads=3)
    assert not isinstance(it.value, NewerFormatError)
