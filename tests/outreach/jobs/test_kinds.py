"""A worker that is started by the command knows every kind of job that the code has."""

from __future__ import annotations

import subprocess
import sys

from outreach.settings import PROJECT_ROOT


def test_the_command_that_works_has_imported_every_module_that_registers_a_kind_of_job() -> None:
    registering = {
        ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts)
        for path in (PROJECT_ROOT / "outreach").rglob("*.py")
        if "\n@handles(" in path.read_text(encoding="utf-8")
    }
    assert len(registering) > 2
    code = "import sys, outreach.cli; print('\\n'.join(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert registering <= set(told.stdout.split())
