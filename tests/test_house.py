"""The house is in order: style, types, and imports that go down only."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_code_follows_its_style() -> None:
    _run(str(BIN / "ruff"), "check", ".")


def test_the_types_hold() -> None:
    _run(str(BIN / "mypy"))


def test_imports_go_down_only() -> None:
    _run(str(BIN / "lint-imports"), "--no-cache")


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    return [ROOT / name for name in listed if name and (ROOT / name).exists()]


def test_no_page_loads_anything_from_elsewhere() -> None:
    loads = re.compile(r"""(?:src|href|action|url\()\s*=?\s*["'(]?\s*(?:https?:)?//""", re.I)
    opened_by_a_person = re.compile(r"https://(?:wa\.me|www\.google\.com/maps)")
    far = [
        f"{path.relative_to(ROOT)}: {line.strip()[:120]}"
        for path in _tracked("templates", "static/css", "static/js")
        for line in path.read_text(encoding="utf-8").splitlines()
        if loads.search(opened_by_a_person.sub("", line))
    ]
    assert not far


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\s*[\"']", re.I)
    on_paper = {"paperwork"}
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:120]}"
        for path in _tracked("templates")
        if path.parent.name not in on_paper
        for line in path.read_text(encoding="utf-8").splitlines()
        if inline.search(line)
    ]
    assert not found


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_locked_package_has_its_hashes(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    packages = [i for i, line in enumerate(lines) if "==" in line and not line.startswith(" ")]
    assert packages
    assert all("--hash=" in lines[i + 1] for i in packages)


def test_the_lock_for_tests_holds_everything_of_the_other_at_the_same_versions() -> None:
    needed, with_tests = (
        dict(re.findall(r"^([\w.\-\[\]]+)==([^ ;\\\n]+)", (ROOT / name).read_text(), re.M))
        for name in ("requirements.lock", "requirements-test.lock")
    )
    assert "setuptools" in needed
    assert needed.items() <= with_tests.items()


def test_vendored_files_name_their_version_and_licence() -> None:
    folders = [path for path in (ROOT / "static" / "vendor").iterdir() if path.is_dir()]
    assert folders
    for folder in folders:
        names = {path.name.upper() for path in folder.iterdir()}
        assert any(name.startswith("LICENSE") for name in names), folder
        assert any(name.startswith("VERSION") for name in names), folder
