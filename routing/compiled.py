"""Hot loops as machine code: one decorator over numba, and where the machine code is kept.

A loop is compiled once for its signature and kept beside the package, and for other installations in the user's cache
folder; a package that was warmed before it became read-only is used as it is. The folder's name covers all sources of
loops (one may call another file's), the versions of Python and numba, and the processor, so that
machine code never outlives what it was made from. `python -m routing warm` compiles everything ahead of the first plan.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import numba
from llvmlite import binding
from numba.core import config as numba_config
from numba.core import sigutils
from numba.core.caching import InTreeCacheLocator

Loop = TypeVar("Loop", bound=Callable[..., Any])

PACKAGE: Final = Path(__file__).parent
_PREFIX: Final = "compiled-"
_WARM: Final = "warm"
"""The empty file that says that everything in a folder is compiled."""
_config: Any = numba_config
_sigutils: Any = sigutils
_njit: Any = numba.njit
_loops: list[tuple[Any, Any]] = []


def compiled(signature: Any = None, *, makes_arrays: bool = False) -> Callable[[Loop], Loop]:
    """Compile a function of numbers and numpy arrays when it is first called, or by `warm`; it runs without the GIL.

    `signature` in numba's words, such as `"int64(int32[:,::1], float64[::1])"`, or as a tuple of its types; None for a
    loop that only other loops call. A call with other types works, but has to compile again: give what it says. Whole
    numbers wrap, division by zero gives what the processor gives, and an index out of range is not noticed: set
    `NUMBA_DISABLE_JIT=1` to run a loop as plain Python.

    A loop that makes arrays (also by `a[:] = b` or `sum`) must say so. All others do not count who holds which array:
    where many small loops hand on many arrays the counting took most of the time.
    """

    def decorate(function: Loop) -> Loop:
        kept = folder()
        before = _config.CACHE_LOCATOR_CLASSES
        _config.CACHE_LOCATOR_CLASSES = f"{__name__}.{_Kept.__name__}"
        try:
            loop: Any = _njit(
                cache=kept is not None, nogil=True, error_model="numpy", _nrt=makes_arrays
            )(function)
        finally:
            _config.CACHE_LOCATOR_CLASSES = before
        if signature is not None:
            _loops.append((loop, signature))
        ready: Loop = loop
        return ready

    return decorate


def warm() -> float:
    """Compile every loop of the package that is not compiled yet, and return the seconds that took.

    Where it can be kept nothing has to be compiled again until the package changes.
    """
    started = time.monotonic()
    if is_warm():
        return 0.0
    for module in pkgutil.iter_modules([str(PACKAGE)]):
        if not module.name.startswith("_"):
            importlib.import_module(f"routing.{module.name}")
    for loop, signature in _loops:
        if hasattr(loop, "compile"):
            # As types: machine code of a signature in words would not be found again by a call.
            types, _ = _sigutils.normalize_signature(signature)
            loop.compile(types)
    kept = folder()
    if kept is not None and kept.exists() and not (kept / _WARM).exists():
        (kept / _WARM).touch()
        _share(kept)
        for old in kept.parent.glob(f"{_PREFIX}*"):
            if old != kept:
                shutil.rmtree(old, ignore_errors=True)
    return time.monotonic() - started


def _share(kept: Path) -> None:
    """Let other installations of this user have the machine code too, if that can be."""
    users = _users_folder() / kept.name
    if users != kept and _can_write(users.parent):
        half = users.with_name(f"half-{os.getpid()}")
        try:
            shutil.copytree(kept, half)
            half.rename(users)
        except OSError:
            shutil.rmtree(half, ignore_errors=True)


def is_warm() -> bool:
    """Whether no plan will have to wait for compiling."""
    kept = folder()
    return kept is not None and (kept / _WARM).exists()


@cache
def folder() -> Path | None:
    """Return where machine code is kept, or None where nothing can be written."""
    name = _PREFIX + _stamp()
    own, users = PACKAGE / "__pycache__", _users_folder()
    for place in (own, users):
        if (place / name / _WARM).exists():
            return place / name
    for place in (own, users):
        if _can_write(place):
            return place / name
    return None


def _users_folder() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path(os.path.expanduser("~")) / ".cache") / "sambang"


def _can_write(place: Path) -> bool:
    try:
        place.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=place).close()
    except OSError:
        return False
    return True


def _stamp() -> str:
    features = binding.get_host_cpu_features().flatten()
    made_of = [sys.version, numba.__version__, binding.get_host_cpu_name(), features]
    digest = hashlib.sha256("\n".join(made_of).encode())
    for source in _sources():
        digest.update(source)
    return digest.hexdigest()[:16]


def _sources() -> list[bytes]:
    """Return the sources that machine code is made from: files with loops, and those whose constants they take."""
    files = {
        ".".join(file.relative_to(PACKAGE).with_suffix("").parts): file.read_bytes()
        for file in sorted(PACKAGE.rglob("*.py"))
    }
    loops = {name for name, source in files.items() if b"\n@compiled(" in source}
    taken = {
        word.decode()
        for name in loops
        for word in re.findall(rb"\nfrom routing\.([\w.]+)", files[name])
    }
    return [source for name, source in files.items() if name in loops | taken]


class _Kept(InTreeCacheLocator):  # type: ignore[misc] # numba has no types
    """Tells numba to keep machine code in `folder()`; read-only is fine when all is there."""

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Kept:
        return cls(py_func, py_file)

    def get_cache_path(self) -> str:
        kept = folder()
        assert kept is not None
        return str(kept)

    def ensure_cache_path(self) -> None:
        os.makedirs(self.get_cache_path(), exist_ok=True)
