"""Bar 10: people sign in by passkey, code, recovery, invitation and single sign-on; wrong roles are refused.

The first part runs the browser's tests: a desk on loopback and Chromium with a software passkey. The second
asks for every page of the desk with every role, by GET and by POST, and reads what the page says.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from proofs.figure import Figure, Tier, script
from proofs.machine import ROOT
from tutela.kernel import log

BAR, REPLAY = "i3-10", "make proofs BAR=i3-10"
#: What the bar names -> the test in which a browser does it.
FLOWS = {
    "passkey, from the invitation on": "test_from_invitation_to_passkey_to_sign_in",
    "password, app and recovery codes": "test_password_and_app_and_then_a_recovery_code",
    "single sign-on against a loopback provider": "test_the_house_s_own_sign_on",
    "invitation with the keyboard alone": "test_an_administrator_invites_with_the_keyboard_alone",
    "lost passkey": "test_a_lost_passkey_ends_the_session_and_a_new_one_is_set_up",
}
TESTS = "tests/browser/test_sign_in.py"


def browsed() -> set[str]:
    """The browser's tests that passed."""
    command = [sys.executable, "-m", "pytest", "-q", "-rpfEs", "-p", "no:randomly", TESTS]
    environment = os.environ | {"TUTELA_REQUIRE": "chromium"}
    done = subprocess.run(command, cwd=ROOT, env=environment, timeout=600, capture_output=True, text=True)
    passed = (line for line in done.stdout.splitlines() if line.startswith("PASSED "))
    return {line.split("::")[1] for line in passed}


def flows(figure: Figure) -> None:
    """Each way in, in a browser."""
    passed = browsed()
    for what, test in FLOWS.items():
        if test not in passed:
            figure.failure(f"pytest {TESTS} -k {test}", f"not passed: {what}")
    done = len(passed & set(FLOWS.values()))
    figure.record("ways to sign in that a browser went", done, "ways", bar=f">= {len(FLOWS)}")


def started(folder: Path) -> None:
    """Django with a database of its own."""
    os.environ |= {"TUTELA_HOME": str(folder), "TUTELA_HOTLINE__DATABASE": ""}
    from tutela.web.login_key import make_login_key
    from tutela.web.starting import start_django

    log.configure(level="error")
    make_login_key(folder)
    start_django()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", verbosity=0)


def cells() -> Iterator[dict[str, Any]]:
    """Every page by every method it takes, with every role: what was answered."""
    from tests.hotline.people import making
    from tests.hotline.people.test_gate import address_of, routes
    from tutela.hotline.people.roles import ACTS, ROLES
    from tutela.hotline.routes import declared

    somebody = making.person(name="Nobody in particular")
    holders = {role: making.person(role) for role in ROLES}
    for page in routes():
        route = declared(page.callback)
        if route is None:
            yield {"page": page.name, "declared": False}
            continue
        for method in ("GET", "POST"):
            act = route.act(method)
            for role in ROLES if act else ():
                answer = making.signed_in(holders[role]).generic(method, address_of(str(page.name), somebody))
                said = unescape(answer.content.decode())
                yield {
                    "page": page.name,
                    "declared": True,
                    "method": method,
                    "act": act,
                    "role": role,
                    "may": role in ACTS[act].roles,
                    "status": answer.status_code,
                    "says_why": str(ACTS[act].says) in said and str(ROLES[role]) in said,
                }


def matrix(figure: Figure, folder: Path) -> None:
    """The table of pages and roles."""
    started(folder)
    rows = list(cells())
    table = [row for row in rows if row["declared"]]
    wrong = [row for row in table if not row["may"]]
    right = [row for row in table if row["may"]]
    figure.count("pages", len({row["page"] for row in rows}))
    figure.count("cells of wrong roles", len(wrong))
    figure.count("cells of right roles", len(right))
    figure.record("pages that declare no act", len(rows) - len(table), "pages", bar="== 0")
    refused = [row for row in wrong if row["status"] == 403]
    figure.record("wrong roles refused", 100 * len(refused) / len(wrong), "%", bar="== 100")
    why = [row for row in refused if row["says_why"]]
    figure.record("refusals that say why", 100 * len(why) / len(wrong), "%", bar="== 100")
    through = [row for row in right if row["status"] not in (403, 405, 500)]
    figure.record("right roles let through", 100 * len(through) / len(right), "%", bar="== 100")
    for row in table:
        if row["may"] == (row["status"] in (403, 405, 500)):
            figure.failure(REPLAY, f"{row['method']} {row['page']} as {row['role']}: {row['status']}")
    figure.table("page, method, act, role, status", [list(row.values()) for row in table])


def main(tier: Tier) -> int:
    """Both parts."""
    figure = Figure(bar=BAR, tier=tier)
    with tempfile.TemporaryDirectory() as name:
        flows(figure)
        matrix(figure, Path(name))
    return figure.save()


if __name__ == "__main__":
    script(main)
