"""Run as a program: every call of ``arachnid-shield-sdk`` as it is, plain and asynchronous; prints JSON.

``ARACHNID_SHIELD_URL`` says where; arguments are user, password, a picture that is listed (the file) and
a picture that is not. Nothing of the client is replaced.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any

from arachnid_shield_sdk import (
    ArachnidShield,
    ArachnidShieldAsync,
    ArachnidShieldException,
    ScanMediaFromPdq,
)


def shown(media: Any) -> dict[str, Any]:
    """What the client made of an answer."""
    return {**media.to_dict(), "matches": media.matches_known_media}


def plain(user: str, password: str, listed: Path, other: Path, hashes: list[str]) -> dict[str, Any]:
    shield = ArachnidShield(username=user, password=password)
    scanned = shield.scan_pdq_hashes(ScanMediaFromPdq(hashes=hashes)).scanned_hashes
    return {
        "file": shown(shield.scan_media_from_file(listed)),
        "bytes": shown(shield.scan_media_from_bytes(other.read_bytes(), "image/jpeg")),
        "pdq": {key: [match.classification, match.matches_known_media] for key, match in scanned.items()},
        "url": refused(lambda: shield.scan_media_from_url("https://host.example/a.jpg")),
        "wrong": refused(
            lambda: ArachnidShield(username=user, password="wrong").scan_media_from_file(listed)
        ),
    }


def refused(call: Any) -> str:
    """What the service said when it refused; empty when it did not."""
    try:
        call()
    except ArachnidShieldException as error:
        return str(error)
    return ""


async def in_turn(user: str, password: str, listed: Path, other: Path, hashes: list[str]) -> dict[str, Any]:
    shield = ArachnidShieldAsync(username=user, password=password)
    scanned = (await shield.scan_pdq_hashes(ScanMediaFromPdq(hashes=hashes))).scanned_hashes
    told = {
        "file": shown(await shield.scan_media_from_file(listed)),
        "bytes": shown(await shield.scan_media_from_bytes(other.read_bytes(), "image/jpeg")),
        "pdq": {key: [match.classification, match.matches_known_media] for key, match in scanned.items()},
        "url": "",
    }
    try:
        await shield.scan_media_from_url("https://host.example/a.jpg")
    except ArachnidShieldException as error:
        told["url"] = str(error)
    return told


def main(user: str, password: str, listed: str, other: str, *values: str) -> None:
    hashes = [base64.b64encode(bytes.fromhex(value)).decode() for value in values]
    asked = (user, password, Path(listed), Path(other), hashes)
    print(json.dumps({"plain": plain(*asked), "async": asyncio.run(in_turn(*asked))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
