"""The commands: read a file, do it, write the answer; refuse bad input with one line and exit code 2."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from routing.checker import check
from routing.compiled import folder, warm
from routing.formats import geojson, sambang, solomon, vroom
from routing.formats.reading import Malformed
from routing.given import Unsound
from routing.plan import Plan
from routing.problem import Problem
from routing.search import Limits, OnProgress, Progress, plan

BAD_INPUT: Final = 2
BROKEN: Final = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 the plan breaks rules, 2 bad input."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except Malformed as error:
        line = _one_line(str(error))
        print(line, file=sys.stderr)
        if getattr(options, "format", None) == "vroom":
            _write(options.output, json.dumps(vroom.refusal(line)))
        return BAD_INPUT
    except Unsound as error:
        print(_one_line(f"plan: {error}"), file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(_one_line(f"{error.filename}: {error.strerror}"), file=sys.stderr)
        return BAD_INPUT
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m routing", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    solve = commands.add_parser("solve", help="plan the visits of a problem")
    solve.add_argument("file", metavar="FILE", help="the problem; - reads standard input")
    solve.add_argument("--format", choices=("sambang", "vroom", "solomon"), default="sambang")
    solve.add_argument(
        "--time-limit", type=_seconds, default=10.0, metavar="S", help="seconds for everything"
    )
    solve.add_argument(
        "--iterations", type=_count, metavar="N", help="stop after N iterations instead"
    )
    solve.add_argument("--workers", type=_count, default=0, metavar="N", help="0: one a core")
    solve.add_argument("--seed", type=_count, default=1, metavar="N")
    solve.add_argument(
        "--no-bound", action="store_true", help="do not prove how much better is possible"
    )
    solve.add_argument(
        "--progress", choices=("none", "text", "json"), default="none", help="on standard error"
    )
    solve.add_argument("-o", "--output", metavar="FILE", help="the plan; standard output without")
    solve.add_argument("--geojson", metavar="FILE", help="also write the routes as a map layer")
    solve.set_defaults(run=_solve)
    for name, run, what in (
        ("check", _check, "re-time a plan and list every rule that it breaks"),
        ("explain", _explain, "say in words who is not visited, why, and what would help"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("problem", metavar="PROBLEM")
        command.add_argument("plan", metavar="PLAN")
        command.add_argument("--json", action="store_true", help="for programs")
        command.set_defaults(run=run)
    ready = commands.add_parser("warm", help="compile the hot loops now, once after installing")
    ready.set_defaults(run=_warm)
    return parser


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not 0 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1000000")
    return value


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 999999999")
    return int(text)


def _solve(options: argparse.Namespace) -> int:
    data = _read(options.file)
    problem: Problem
    if options.format == "solomon":
        problem = solomon.problem_from_text(_as_text(data))
    elif options.format == "vroom":
        question = vroom.read(sambang.loads(data))
        problem = question.problem
    else:
        problem = sambang.problem_from_json(sambang.loads(data))
    limits = Limits(
        seconds=None if options.iterations is not None else options.time_limit,
        iterations=options.iterations,
        workers=options.workers,
        seed=options.seed,
        bound=not options.no_bound,
    )
    wish = _StopWish()
    answer = plan(problem, limits, progress=_teller(options.progress), should_stop=wish)
    if options.format == "vroom":
        written: object = vroom.answer(question, answer)
    else:
        written = sambang.plan_to_json(answer)
    _write(options.output, json.dumps(written, indent=None if options.output is None else 1))
    if options.geojson:
        _write(options.geojson, json.dumps(geojson.plan_to_geojson(problem, answer)))
    return 0


def _warm(_: argparse.Namespace) -> int:
    seconds, kept = warm(), folder()
    where = "and cannot be kept: no folder can be written" if kept is None else f"in {kept}"
    print(f"compiled {where}, {seconds:.1f} s", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace) -> int:
    problem, answer = _both(options)
    broken = check(problem, answer)
    if options.json:
        print(
            json.dumps(
                [
                    {
                        "rule": one.rule,
                        "text": one.text,
                        "team": one.team,
                        "day": one.day.isoformat() if one.day else None,
                        "visit": one.visit,
                        "parameters": dict(one.parameters),
                    }
                    for one in broken
                ]
            )
        )
    else:
        for one in broken:
            print(one.text)
        if not broken:
            visits = sum(len(route.stops) for route in answer.routes)
            print(f"sound: {visits} stops on {len(answer.routes)} routes keep every rule")
    return BROKEN if broken else 0


def _explain(options: argparse.Namespace) -> int:
    from routing.explain import explain
    from routing.words import in_words

    problem, answer = _both(options)
    found = explain(problem, answer)
    if options.json:
        print(json.dumps(sambang.unserved_to_json(found)))
    else:
        for one in found:
            print(in_words(one))
    return 0


def _both(options: argparse.Namespace) -> tuple[Problem, Plan]:
    problem = sambang.problem_from_json(sambang.loads(_read(options.problem)))
    return problem, sambang.plan_from_json(sambang.loads(_read(options.plan)))


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _as_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Malformed("input: is not UTF-8 text") from None


def _write(name: str | None, text: str) -> None:
    if name is None or name == "-":
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    else:
        Path(name).write_text(text + "\n", encoding="utf-8")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _teller(how: str) -> OnProgress | None:
    if how == "none":
        return None

    def tell(progress: Progress) -> None:
        if how == "json":
            line = json.dumps(
                {name: getattr(progress, name) for name in Progress.__dataclass_fields__}
            )
        else:
            line = (
                f"{progress.seconds:6.1f} s  {progress.phase:<12} {progress.visits} visits, "
                f"{progress.people} people, {progress.points} points"
            )
        print(line, file=sys.stderr, flush=True)

    return tell


class _StopWish:
    """Ctrl-C asks for the best so far; a second one ends at once."""

    def __init__(self) -> None:
        self.wished = False
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._heard)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self.wished:
            os._exit(130)
        self.wished = True

    def __call__(self) -> bool:
        return self.wished
