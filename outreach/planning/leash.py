"""Keeps a command on a leash: when whoever started it is gone, the command and all of its children end too.

Run as a script, with nothing of ours imported: `python leash.py FD COMMAND...`, as the leader of a process group
of its own. FD is the reading end of a pipe whose writing end only the starter holds; the kernel closes it when the
starter ends, even by SIGKILL, and then the whole group is killed. (Linux's PR_SET_PDEATHSIG would reach only the
first process, and the search has workers of its own.)
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

NICENESS = 5
"""Planning gives way to the site: pages are answered first while a plan is being made."""


def _watch(lifeline: int) -> None:
    while os.read(lifeline, 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main(arguments: list[str]) -> int:
    """Run the command until it ends or the lifeline is cut; return its exit status."""
    if os.getpgrp() != os.getpid():
        print("leash.py must lead a process group of its own", file=sys.stderr)
        return 2
    lifeline, command = int(arguments[0]), arguments[1:]
    os.nice(NICENESS)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # the command hears it as a wish for the best so far
    threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()
    child = subprocess.Popen(command)  # noqa: S603 - the command is our own
    status = child.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
