"""``arachnid-shield-sdk`` as the registry has it, plain and asynchronous, against a service on loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.detect.service import arachnid_calls, making
from tests.detect.service.making import header, near
from tests.pictures import encoded, landscape
from tests.serving import served
from tutela.arithmetic import finish, reduce_luma
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.service.app import build
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.clock import SystemClock

LISTED = encoded(landscape(11, 320, 240), "JPEG", quality=90)


def calls(address: str, folder: Path, listed: bytes, other: bytes, *values: bytes) -> Any:
    """What the client said, in a process of its own that knows nothing of tutela."""
    (folder / "listed.jpg").write_bytes(listed)
    (folder / "other.jpg").write_bytes(other)
    files = [str(folder / "listed.jpg"), str(folder / "other.jpg")]
    done = subprocess.run(
        [sys.executable, str(Path(arachnid_calls.__file__)), "detail", "detail", *files]
        + [value.hex() for value in values],
        env={**os.environ, "ARACHNID_SHIELD_URL": address},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def pdq_of(seed: int) -> bytes:
    return finish(reduce_luma(np.asarray(landscape(seed, 320, 240))))[0]


@pytest.mark.slow
@pytest.mark.parametrize("base", ["/arachnid/", ""])
def test_the_client_finds_files_and_copies_and_is_refused_addresses(base: str, tmp_path: Path) -> None:
    """Media and PDQ calls answer, the URL call gets its documented refusal, both clients alike."""
    digest = hashlib.sha256(LISTED).digest()
    mirrored = encoded(landscape(13, 320, 240).transpose(Image.Transpose.FLIP_LEFT_RIGHT), "JPEG", quality=80)
    listed = MemoryList(
        header("known"),
        [
            ListEntry(entry="e1", kind="sha256", value=digest),
            ListEntry(entry="e2", kind="pdq", value=pdq_of(13), quality=100, legal_class="exploitative"),
        ],
    )
    met, missed = near(pdq_of(13), 20), pdq_of(12)
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
        house = making.service(
            pool=pool,
            lists=making.shelf(known=listed),
            settings=ServiceSettings(arachnid_enabled=True),
            clock=SystemClock(),
        )
        with served(build(house)) as address:
            told = calls(address + base, tmp_path, LISTED, mirrored, met, missed)
    assert told["plain"].pop("wrong").startswith("a valid token is needed: its name as user")
    assert told["plain"] == told["async"]
    said = told["plain"]
    assert said["file"] == {
        "size_bytes": len(LISTED),
        "sha1_base32": base64.b32encode(hashlib.sha1(LISTED, usedforsecurity=False).digest()).decode(),
        "sha256_hex": digest.hex().upper(),
        "classification": "csam",
        "match_type": "exact",
        "near_match_details": None,
        "matches": True,
    }
    near_details = {
        "timestamp": 0.0,
        "sha1_base32": None,
        "sha256_hex": None,
        "classification": "harmful-abusive-material",
    }
    assert said["bytes"]["match_type"] == "near" and said["bytes"]["matches"] is True
    assert said["bytes"]["near_match_details"] == [near_details]
    assert said["pdq"] == {
        base64.b64encode(met).decode(): ["harmful-abusive-material", True],
        base64.b64encode(missed).decode(): ["no-known-match", False],
    }
    assert "URL look-ups need the guarded network door" in said["url"]
