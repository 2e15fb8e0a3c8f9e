"""The seal of a version: SHA-256 over its content in canonical JSON. Paper carries it, anybody can check it.

The content is what a team drives by and what the supervisor saw: who is visited when, by whom and where, who is
left out and why, and the seals of the question and the answer. No name and no NIK is in it, only ids.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, Final

from outreach.planning.models import PlanVersion, Route, Stop

FORMAT: Final = 1
"""Counts up when the content's shape changes, so that older seals still verify."""


def canonical(content: Any) -> bytes:
    """Return JSON that is the same for the same content: sorted keys, no blanks, UTF-8."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def content_of(version: PlanVersion) -> dict[str, Any]:
    """Return what the seal is over; the state of the version and the decision on it are not."""
    plan = version.plan
    return {
        "format": FORMAT,
        "plan": {
            "id": plan.id,
            "number": plan.number,
            "first_day": plan.first_day.isoformat(),
            "last_day": plan.last_day.isoformat(),
        },
        "version": {
            "id": version.id,
            "number": version.number,
            "made_by": version.made_by,
            "made_at": _moment(version.made_at),
            "problem": hashlib.sha256(canonical(version.problem)).hexdigest(),
            "answer": hashlib.sha256(canonical(version.answer)).hexdigest(),
            "totals": version.totals,
        },
        "routes": [_route(route) for route in sorted(version.routes, key=_route_order)],
        "unserved": [
            {"referral": row.referral_id, "reason": row.reason, "parameters": row.parameters}
            for row in sorted(version.unserved, key=lambda row: row.position)
        ],
    }


def content_hash(version: PlanVersion) -> str:
    """Return the seal of a version's content as it is now: 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content_of(version))).hexdigest()


def is_intact(version: PlanVersion) -> bool:
    """Tell whether the version is sealed and still holds what was sealed."""
    return bool(version.hash) and hmac.compare_digest(version.hash, content_hash(version))


def short_hash(seal: str) -> str:
    """Return the first 16 digits of a seal in groups of four, as paper shows it."""
    return " ".join(seal[i : i + 4] for i in range(0, min(len(seal), 16), 4))


def _route_order(route: Route) -> tuple[str, int]:
    return route.day.isoformat(), route.position


def _route(route: Route) -> dict[str, Any]:
    return {
        "id": route.id,
        "team": route.team_id,
        "day": route.day.isoformat(),
        "position": route.position,
        "leave_s": route.leave_s,
        "back_s": route.back_s,
        "break_start_s": route.break_start_s,
        "break_end_s": route.break_end_s,
        "travel_s": route.travel_s,
        "travel_m": route.travel_m,
        "return_s": route.return_s,
        "return_m": route.return_m,
        "service_s": route.service_s,
        "wait_s": route.wait_s,
        "stops": [_stop(stop) for stop in sorted(route.stops, key=lambda stop: stop.position)],
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "id": stop.id,
        "position": stop.position,
        # As text: two databases may write the same float with different digits.
        "lat": f"{stop.lat:.6f}",
        "lon": f"{stop.lon:.6f}",
        "travel_s": stop.travel_s,
        "travel_m": stop.travel_m,
        "is_estimate": stop.is_estimate,
        "arrive_s": stop.arrive_s,
        "start_s": stop.start_s,
        "depart_s": stop.depart_s,
        "visits": [
            {
                "id": visit.id,
                "referral": visit.referral_id,
                "position": visit.position,
                "start_s": visit.start_s,
                "service_s": visit.service_s,
                "code": visit.short_code,
            }
            for visit in sorted(stop.visits, key=lambda visit: visit.position)
        ],
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
