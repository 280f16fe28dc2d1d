"""What a person does to jobs. That a worker claims and ends them is no act: it proves nothing of a case."""

from __future__ import annotations

from tutela.hotline.ledger.acts import declare_acts


def declare() -> None:
    """Let the ledger hold what is done to jobs."""
    declare_acts(
        {
            "job_retried": "A parked job was put back in line.",
            "job_parked": "A job was taken out of the line.",
        }
    )
