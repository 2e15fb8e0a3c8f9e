"""Every kind of work that a request leaves behind, in one place: who works imports this, and so knows them all."""

from __future__ import annotations

from outreach.db import Database
from outreach.jobs import run_worker
from outreach.planning import day_search, searches, weight_trials
from outreach.planning import jobs as planning
from outreach.referrals.imports import committing
from outreach.settings import Settings

KINDS = (committing, day_search, planning, searches, weight_trials)
"""The modules that register what they do with `jobs.handles`."""


def work(database: Database, settings: Settings, *, with_parent: bool = False) -> None:
    """Do one job after the other until told to stop; with `with_parent`, also until the parent process is gone."""
    run_worker(database, settings, with_parent=with_parent)
