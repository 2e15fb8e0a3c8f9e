"""What the page of one person on the board shows: where they are, the best places, and whom they can be swapped with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from outreach.planning import reasons
from outreach.planning.board_page import held_by_decree, people_of
from outreach.planning.drafts import Desk, names_of
from outreach.planning.judging import best_places, why_left_out
from outreach.planning.wording import duration, place


@dataclass(frozen=True, slots=True)
class Offer:
    """A place for the visit: with whom, when, after whom, and what it costs (seconds of driving)."""

    team: str
    name: str
    day: date
    position: int
    start_s: int
    after: str
    cost_s: int


def page(session: Session, desk: Desk, visit_id: str) -> dict[str, Any]:
    """Return what the page shows."""
    now = desk.now
    visit = now.problem.visit(visit_id)
    home = now.board.home(visit_id)
    served = sorted(now.board.served)
    names = names_of(session, [*served, visit_id])
    referral = people_of(session, [visit_id])[visit_id]
    held = held_by_decree(desk).get(visit_id, "") if home is None else ""
    why = None if held else why_left_out(now, visit_id)
    route = now.route(home) if home else None
    others = [
        (one, names.person(one), names.team(where[0]), where[1])
        for where, order in now.board.orders.items()
        for one in order
        if one != visit_id and where not in now.board.locked and one not in now.board.pins
    ]
    same = [
        (one.id, names.person(one.id))
        for one in now.problem.visits
        if one.id != visit_id
        and one.address
        and one.address == visit.address
        and now.board.home(one.id) == home
    ]
    return {
        "desk": desk,
        "plan": desk.plan,
        "visit": visit,
        "referral": referral,
        "place": place(referral),
        "home": home,
        "home_team": names.team(home[0]) if home else "",
        "stop": next((s for s in route.stops if s.visit == visit_id), None) if route else None,
        "position": now.board.orders[home].index(visit_id) if home else 0,
        "length": len(now.board.orders[home]) if home else 0,
        "is_pinned": visit_id in now.board.pins,
        "is_excluded": visit_id in now.board.excluded,
        "is_locked": home in now.board.locked,
        "offers": _offers(desk, visit_id, names),
        "routes": [(t, d, names.team(t), len(o)) for (t, d), o in sorted(now.board.orders.items(), key=lambda i: (i[0][1], names.team(i[0][0]))) if (t, d) not in now.board.locked],
        "others": sorted(others, key=lambda o: o[1]),
        "same": same if home else [],
        "why": held or (reasons.sentence(why.reason.value, why.parameters, names.teams) if why and visit_id not in now.board.excluded else ""),
        "change": reasons.change(why.change.kind.value, why.change.parameters, names.teams) if why and why.change else "",
        "duration": duration,
    }  # fmt: skip


def _offers(desk: Desk, visit_id: str, names: Any) -> list[Offer]:
    offers = []
    for slot in best_places(desk.now, visit_id):
        order = [v for v in desk.now.board.orders[slot.team, slot.day] if v != visit_id]
        after = names.person(order[slot.position - 1]) if slot.position else ""
        offers.append(
            Offer(
                slot.team,
                names.team(slot.team),
                slot.day,
                slot.position,
                slot.start_s,
                after,
                slot.cost_s,
            )
        )
    return offers
