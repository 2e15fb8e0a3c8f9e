"""Machine code is made once, ahead of the first plan, and never outlives its source."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from routing import compiled

PACKAGE = Path(compiled.__file__).parent


def warmed(place: Path) -> Path:
    """Warm the copy of the package in `place` and return where it says that it keeps machine code."""
    run = subprocess.run(
        [sys.executable, "-c", "from routing import compiled as c; c.warm(); print(c.is_warm()); print(c.folder())"],
        cwd=place, env={**os.environ, "PYTHONPATH": str(place), "XDG_CACHE_HOME": str(place / "cache")},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    warm, folder = run.stdout.split()
    assert warm == "True"
    return Path(folder)


def a_small_copy(place: Path) -> Path:
    """A package with the decorator and one loop of two files, so that little has to be compiled."""
    package = place / "routing"
    package.mkdir()
    (package / "__init__.py").write_text("")
    shutil.copy(PACKAGE / "compiled.py", package)
    (package / "inner.py").write_text(
        "from routing.compiled import compiled\n@compiled('int64(int64)')\ndef inner(n):\n    return n + 1\n"
    )
    (package / "outer.py").write_text(
        "from routing.compiled import compiled\nfrom routing.inner import inner\n"
        "@compiled('int64(int64)')\ndef outer(n):\n    return inner(n) * 2\n"
    )
    return package


def test_machine_code_stands_beside_the_package_and_goes_when_a_file_it_calls_changes(
    tmp_path: Path,
) -> None:
    package = a_small_copy(tmp_path)
    before = warmed(tmp_path)
    assert before.parent == package / "__pycache__"
    assert sorted(file.suffix for file in before.iterdir()) == ["", ".nbc", ".nbc", ".nbi", ".nbi"]
    assert warmed(tmp_path) == before
    inner = package / "inner.py"
    inner.write_text(inner.read_text().replace("n + 1", "n + 5"))
    after = warmed(tmp_path)
    assert after != before
    assert not before.exists()
    asked = subprocess.run(
        [sys.executable, "-c", "from routing.outer import outer; print(outer(1), len(outer.stats.cache_misses))"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert asked.stdout.split() == ["12", "0"]


def test_where_the_package_cannot_be_written_the_users_cache_keeps_machine_code(
    tmp_path: Path,
) -> None:
    package = a_small_copy(tmp_path)
    (package / "__pycache__").write_text("a file where a folder would have to be made")
    assert warmed(tmp_path).parent == tmp_path / "cache" / "sambang"
