"""A release after the present one, which knows one more migration; for tests and proofs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.hotline.backups.lived_in import ROOT
from tutela import __version__

#: The next release: the job table has one more column, which the present release does not know.
NEXT = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("work", "{last}")]
    operations = [migrations.AddField("job", "hint", models.CharField(max_length=20, null=True))]
"""
#: Runs as that release.
AS_NEXT = """
import sys
sys.path.insert(0, sys.argv[1])
import tutela.web.settings
tutela.web.settings.MIGRATION_MODULES = {"work": "next_work"}
from tutela.web.starting import start_django; start_django()
from tutela.hotline.house import upgrading
done = upgrading.upgrade(print) if sys.argv[2] == "on" else upgrading.go_back(sys.argv[2], print)
print("STEPS", done)
"""


def next_release(folder: Path) -> str:
    shutil.copytree(ROOT / "src/tutela/hotline" / "work" / "migrations", folder / "next_work")
    releases = json.loads((ROOT / "src/tutela/hotline/house/releases.json").read_text("utf-8"))
    last = releases[__version__]["work"]
    (folder / "next_work/0099_next.py").write_text(NEXT.format(last=last))
    return str(folder)
