"""Work that outlives a request: rows in the database, claimed by workers under a lease."""

from outreach.jobs.models import Job, JobState
from outreach.jobs.queue import Cancelled, LeaseLost, cancel, enqueue, is_settling, settle
from outreach.jobs.worker import JobContext, handles, run_worker, work_once

__all__ = [
    "Cancelled",
    "Job",
    "JobContext",
    "JobState",
    "LeaseLost",
    "cancel",
    "enqueue",
    "handles",
    "is_settling",
    "run_worker",
    "settle",
    "work_once",
]
