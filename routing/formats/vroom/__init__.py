"""VROOM's own JSON, in and out, so that what speaks to VROOM can speak to this.

Follows docs/API.md of VROOM 1.15. Understood: jobs (setup, service, delivery, pickup or amount, skills, priority,
time_windows), vehicles (start and end, profile, capacity, skills, time_window, breaks, speed_factor, max_tasks,
max_travel_time), matrices with durations and distances, and locations: without matrices, straight lines are measured
between them. Refused, never ignored: shipments, given steps, times per vehicle type, costs of a vehicle or a matrix,
max_distance, breaks with several windows or a max_load, and jobs whose deliveries and pickups share a vehicle in such
a way that the order decides on the load. Unlike VROOM's, a first job at the very place of a vehicle's start is set up.
Absolute timestamps are moved so that the earliest is 0, and moved back in the answer.
"""

from __future__ import annotations

from routing.formats.vroom.answer import answer, refusal
from routing.formats.vroom.question import Job, Question, Vehicle, read

__all__ = ["Job", "Question", "Vehicle", "answer", "read", "refusal"]
