"""What looks of this run stand in the house of TUTELA_HOME: prints one JSON object, for ``proofs.i4_05``."""

from __future__ import annotations

import json

from tutela.web.starting import start_django


def main() -> None:
    """Counts the looks after the first ones, and places whose next look is not planned."""
    start_django()
    from django.db.models import Count

    from proofs.recheck_house import LOOKS
    from tutela.hotline.takedown.actions.checking import KIND
    from tutela.hotline.takedown.models import Check, Watch
    from tutela.hotline.work.models import PARKED, Job

    places = Watch.objects.count()
    new = Check.objects.filter(pk__gt=LOOKS * places).order_by()
    jobs = Job.objects.filter(kind=KIND)
    parked = jobs.filter(state=PARKED).count()
    unplanned = places - jobs.exclude(state=PARKED).count()
    found = dict(new.values_list("result").annotate(Count("pk")))
    print(json.dumps({"found": found, "lost": parked + unplanned}))


if __name__ == "__main__":
    main()
