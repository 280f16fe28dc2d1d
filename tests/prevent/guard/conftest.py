"""Rooms of the guard that need its own environment are collected there only (``make test`` runs both)."""

from __future__ import annotations

import importlib.util

collect_ignore = [
    room
    for room, package in {
        "proxy": "mitmproxy",
        "page": "tornado",
        "running/test_guard.py": "mitmproxy",
        "classes/test_scoring.py": "onnxruntime",
        "screen/test_capturing.py": "mss",
    }.items()
    if importlib.util.find_spec(package) is None
]
