"""Our own JSON: problems and plans, with the version of the schema in them.

Times of day and durations are seconds, lengths metres, dates ISO. Fields at their default are left out. Matrices are
lists of rows, null where there is no way. Unknown fields and versions are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from typing import Any, Final, cast

from routing.formats.reading import Malformed, Reader, built, kind, whole
from routing.plan import (
    Bound,
    BreakTaken,
    Change,
    ChangeKind,
    Plan,
    Reason,
    Route,
    Score,
    Stop,
    Unserved,
)
from routing.problem import (
    Break,
    Earlier,
    Pin,
    Place,
    Previous,
    Problem,
    Quota,
    Shift,
    Travel,
    Visit,
    Window,
    Wishes,
)
from routing.travel.matrix import Matrix

PROBLEM_SCHEMA: Final = "sambang-problem/1"
PLAN_SCHEMA: Final = "sambang-plan/1"

Json = dict[str, Any]


def problem_to_json(problem: Problem) -> Json:
    """Return a problem as JSON values."""
    return {"schema": PROBLEM_SCHEMA, **_written(problem)}


def plan_to_json(plan: Plan) -> Json:
    """Return a plan as JSON values, with totals for each route that people may read without adding up."""
    answer = {"schema": PLAN_SCHEMA, **_written(plan)}
    answer["score"] = {**_all_fields(plan.score), "total_s": plan.score.total_s}
    answer["routes"] = [
        {
            **_written(route),
            "travel_s": route.travel_s,
            "travel_m": route.travel_m,
            "service_s": route.service_s,
            "wait_s": route.wait_s,
        }
        for route in plan.routes
    ]
    return answer


def unserved_to_json(unserved: Sequence[Unserved]) -> list[Json]:
    """Return who is left out, with reasons and changes, as JSON values."""
    return [_written(one) for one in unserved]


def problem_from_json(value: object) -> Problem:
    """Read a problem from JSON values. Raises Malformed with one line that names the field."""
    return built(_problem, Reader(value, ""))


def plan_from_json(value: object) -> Plan:
    """Read a plan from JSON values. Raises Malformed with one line that names the field."""
    return built(_plan, Reader(value, ""))


def loads(text: str | bytes) -> object:
    """Parse JSON text. Raises Malformed with the line and column where it is not JSON."""
    try:
        return cast("object", json.loads(text, parse_constant=_no_constant))
    except Malformed:
        raise
    except json.JSONDecodeError as error:
        raise Malformed(f"line {error.lineno} column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError:
        raise Malformed("input: is not UTF-8 text") from None
    except RecursionError:
        raise Malformed("input: is nested too deeply") from None
    except ValueError:
        raise Malformed("input: a number has too many digits") from None


def _no_constant(name: str) -> object:
    raise Malformed(f"input: {name} is not a number")


# --- writing ---


def _written(value: object) -> Json:
    """Return the fields of a dataclass that differ from their defaults; those without a default always."""
    written: Json = {}
    for item in fields(cast("Any", value)):
        content = getattr(value, item.name)
        default = item.default
        if default is MISSING and item.default_factory is not MISSING:
            default = item.default_factory()
        if default is MISSING or content != default:
            written[item.name] = _plain(content)
    return written


def _all_fields(value: object) -> Json:
    return {item.name: getattr(value, item.name) for item in fields(cast("Any", value))}


def _plain(value: object) -> object:
    if isinstance(value, Matrix):
        return [[None if cell < 0 else cell for cell in row] for row in value.rows()]
    if isinstance(value, frozenset):
        return [_plain(item) for item in sorted(value)]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__dataclass_fields__"):
        return _written(value)
    return value


# --- reading a problem ---


def _schema(reader: Reader, expected: str) -> None:
    found = reader.text("schema")
    if found != expected:
        raise Malformed(f"schema: {found!r} is not known, need {expected!r}")


def _problem(reader: Reader) -> Problem:
    _schema(reader, PROBLEM_SCHEMA)
    return Problem(
        visits=reader.each("visits", _visit),
        shifts=reader.each("shifts", _shift),
        travel=reader.each("travel", _travel),
        quotas=reader.each("quotas", lambda r: Quota(r.needed_day("day"), r.whole("people"))),
        places=reader.each(
            "places",
            lambda r: Place(_degrees(r, "lat"), _degrees(r, "lon"), r.whole_or_none("snap_m")),
        ),
        previous=built(_previous, reader.inner("previous"))
        if reader.has("previous")
        else Previous(),
        wishes=built(_wishes, reader.inner("wishes")) if reader.has("wishes") else Wishes(),
    )


def _degrees(reader: Reader, name: str) -> float:
    reader.raw(name)
    return reader.number(name, 0.0)


def _window(reader: Reader) -> Window:
    return Window(reader.whole("start_s"), reader.whole("end_s"))


def _pin(reader: Reader) -> Pin:
    return Pin(
        reader.day("day"),
        reader.text("team") if reader.has("team") else None,
        reader.whole_or_none("position"),
    )


def _visit(reader: Reader) -> Visit:
    return Visit(
        id=reader.text("id"),
        place=reader.whole("place"),
        service_s=reader.whole("service_s"),
        setup_s=reader.whole("setup_s", 0),
        address=reader.text("address", ""),
        windows=reader.each("windows", _window),
        earliest=reader.day("earliest"),
        due=reader.day("due"),
        priority=reader.whole("priority", 1),
        skills=reader.names("skills"),
        equipment=reader.names("equipment"),
        allowed_teams=reader.names("allowed_teams") if reader.has("allowed_teams") else None,
        forbidden_teams=reader.names("forbidden_teams"),
        people=reader.whole("people", 1),
        crews=reader.whole("crews", 1),
        pin=built(_pin, reader.inner("pin")) if reader.has("pin") else None,
        amounts=reader.wholes("amounts"),
        district=reader.text("district", ""),
        waiting_days=reader.whole("waiting_days", 0),
        last_team=reader.text("last_team", ""),
    )


def _break(reader: Reader) -> Break:
    return Break(
        reader.whole("from_s"),
        reader.whole("to_s"),
        reader.whole("length_s"),
        reader.flag("always"),
    )


def _shift(reader: Reader) -> Shift:
    return Shift(
        team=reader.text("team"),
        day=reader.needed_day("day"),
        start_s=reader.whole("start_s"),
        end_s=reader.whole("end_s"),
        start_place=reader.whole("start_place"),
        end_place=reader.whole_or_none("end_place"),
        breaks=reader.each("breaks", _break),
        visits_end_s=reader.whole_or_none("visits_end_s"),
        hard_end_s=reader.whole_or_none("hard_end_s"),
        most_visits=reader.whole_or_none("most_visits"),
        most_s=reader.whole_or_none("most_s"),
        most_travel_s=reader.whole_or_none("most_travel_s"),
        skills=reader.names("skills"),
        equipment=reader.names("equipment"),
        capacity=reader.wholes("capacity"),
        profile=reader.text("profile", "car"),
    )


def _travel(reader: Reader) -> Travel:
    return Travel(
        seconds=_matrix(reader, "seconds"),
        metres=_matrix(reader, "metres"),
        profile=reader.text("profile", "car"),
        from_s=reader.whole("from_s", 0),
        estimated=reader.flag("estimated"),
        estimates=frozenset(reader.wholes("estimates")),
        estimated_pairs=frozenset(_pairs(reader, "estimated_pairs")),
        source=reader.text("source", ""),
    )


def _pairs(reader: Reader, name: str) -> Iterable[tuple[int, int]]:
    for number, pair in enumerate(reader.items(name)):
        path = f"{reader.at(name)}[{number}]"
        if not isinstance(pair, list) or len(pair) != 2:
            raise Malformed(f"{path}: {kind(pair)} where two whole numbers are needed")
        yield whole(pair[0], path), whole(pair[1], path)


def _matrix(reader: Reader, name: str) -> Matrix:
    rows = reader.items(name)
    for number, row in enumerate(rows):
        if not isinstance(row, list):
            raise Malformed(f"{reader.at(name)}[{number}]: {kind(row)} where a list is needed")
    try:
        return Matrix.of(cast("list[list[int | None]]", rows))
    except ValueError as error:
        raise Malformed(f"{reader.at(name)}: {error}") from None


def _previous(reader: Reader) -> Previous:
    return Previous(
        reader.each("visits", _earlier), reader.day("freeze_day"), reader.whole("freeze_s", 0)
    )


def _earlier(reader: Reader) -> Earlier:
    return Earlier(
        reader.text("visit"),
        reader.needed_day("day"),
        reader.text("team"),
        reader.whole("position"),
        reader.whole("leave_s"),
        reader.whole("start_s"),
    )


def _wishes(reader: Reader) -> Wishes:
    usual = Wishes()
    return Wishes(
        point_s=reader.whole("point_s", usual.point_s),
        overtime=reader.number("overtime", usual.overtime),
        waiting=reader.number("waiting", usual.waiting),
        guarantee_days=reader.whole_or_none("guarantee_days"),
        guarantee=reader.number("guarantee", usual.guarantee),
        fairness=reader.number("fairness", usual.fairness),
        balance=reader.number("balance", usual.balance),
        same_team=reader.number("same_team", usual.same_team),
        nearness=reader.number("nearness", usual.nearness),
    )


# --- reading a plan ---


def _plan(reader: Reader) -> Plan:
    _schema(reader, PLAN_SCHEMA)
    return Plan(
        routes=reader.each("routes", _route),
        unserved=reader.each("unserved", _unserved),
        score=built(_score, reader.inner("score")) if reader.has("score") else Score(),
        bound=built(_bound, reader.inner("bound")) if reader.has("bound") else None,
        seconds=reader.number("seconds", 0.0),
        iterations=reader.whole("iterations", 0),
        seed=reader.whole("seed", 0),
        stopped=reader.flag("stopped"),
    )


def _route(reader: Reader) -> Route:
    for derived in ("travel_s", "travel_m", "service_s", "wait_s"):
        reader.has(derived)
    return Route(
        team=reader.text("team"),
        day=reader.needed_day("day"),
        leave_s=reader.whole("leave_s"),
        back_s=reader.whole("back_s"),
        stops=reader.each("stops", _stop),
        breaks=reader.each("breaks", _break_taken),
        return_s=reader.whole("return_s", 0),
        return_m=reader.whole("return_m", 0),
        overtime_s=reader.whole("overtime_s", 0),
    )


def _stop(reader: Reader) -> Stop:
    return Stop(
        visit=reader.text("visit"),
        arrive_s=reader.whole("arrive_s"),
        start_s=reader.whole("start_s"),
        depart_s=reader.whole("depart_s"),
        travel_s=reader.whole("travel_s"),
        travel_m=reader.whole("travel_m"),
        wait_s=reader.whole("wait_s"),
        setup_s=reader.whole("setup_s"),
        service_s=reader.whole("service_s"),
        slack_s=reader.whole("slack_s", 0),
    )


def _break_taken(reader: Reader) -> BreakTaken:
    return BreakTaken(reader.whole("start_s"), reader.whole("end_s"), reader.whole("after"))


def _parameters(reader: Reader) -> dict[str, str | int]:
    if not reader.has("parameters"):
        return {}
    value = reader.raw("parameters")
    if not isinstance(value, dict):
        raise Malformed(f"{reader.at('parameters')}: {kind(value)} where an object is needed")
    for name, content in value.items():
        if isinstance(content, bool) or not isinstance(content, str | int):
            raise Malformed(f"{reader.at('parameters')}.{name}: need text or a whole number")
    return cast("dict[str, str | int]", value)


def _change(reader: Reader) -> Change:
    text = reader.text("kind")
    if text not in set(ChangeKind):
        raise Malformed(f"{reader.at('kind')}: {text!r} is not known")
    return Change(ChangeKind(text), _parameters(reader))


def _unserved(reader: Reader) -> Unserved:
    text = reader.text("reason")
    if text not in set(Reason):
        raise Malformed(f"{reader.at('reason')}: {text!r} is not known")
    change = built(_change, reader.inner("change")) if reader.has("change") else None
    return Unserved(reader.text("visit"), Reason(text), _parameters(reader), change)


def _score(reader: Reader) -> Score:
    reader.has("total_s")
    return Score(**{item.name: reader.whole(item.name, 0) for item in fields(Score)})


def _bound(reader: Reader) -> Bound:
    reader.raw("percent")
    return Bound(reader.whole("total_s"), reader.number("percent", 0.0), reader.text("method"))
