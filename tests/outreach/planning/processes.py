"""Looking at processes: whether one has ended, waited for without sleeping."""

from __future__ import annotations

import os
import select


def has_ended(pid: int, within_s: float = 10.0) -> bool:
    """Tell whether a process ends within a time; one that is there no more has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], within_s)[0])
    finally:
        os.close(handle)
