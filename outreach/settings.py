"""Every setting of the application, read once from the environment.

Nothing else in the product reads environment variables. `sambang doctor` prints these with their meaning.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from outreach.errors import ConfigurationError

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def _setting(variable: str, meaning: str, default: object) -> object:
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """The configuration of one running application. Times are seconds."""

    instance: Path = _setting(  # type: ignore[assignment]
        "SAMBANG_INSTANCE",
        "folder for the database, keys and written files",
        PROJECT_ROOT / "instance",
    )
    database_url: str = _setting(  # type: ignore[assignment]
        "SAMBANG_DATABASE_URL",
        "SQLAlchemy address of the database; empty means SQLite in the instance folder",
        "",
    )
    keys_file: Path = _setting(  # type: ignore[assignment]
        "SAMBANG_KEYS_FILE",
        "file with the keys, never inside the database; empty means keys.json in the instance folder",
        Path(""),
    )
    timezone: str = _setting(  # type: ignore[assignment]
        "SAMBANG_TIMEZONE", "zone of the office (IANA name)", "Asia/Jakarta"
    )
    host: str = _setting("SAMBANG_HOST", "address to serve on", "127.0.0.1")  # type: ignore[assignment]
    port: int = _setting("SAMBANG_PORT", "port to serve on", 8000)  # type: ignore[assignment]
    threads: int = _setting("SAMBANG_THREADS", "threads that answer requests", 8)  # type: ignore[assignment]
    secure_cookies: bool = _setting(  # type: ignore[assignment]
        "SAMBANG_SECURE_COOKIES", "1 when people reach the site by https", False
    )
    proxies: int = _setting(  # type: ignore[assignment]
        "SAMBANG_PROXIES", "how many reverse proxies stand in front and set X-Forwarded-For", 0
    )
    plan_time_limit_s: int = _setting(  # type: ignore[assignment]
        "SAMBANG_PLAN_TIME_LIMIT", "seconds the planner searches for each working day", 10
    )
    plan_workers: int = _setting(  # type: ignore[assignment]
        "SAMBANG_PLAN_WORKERS", "processes that search; 0 means one a core", 0
    )
    cluster: str = _setting(  # type: ignore[assignment]
        "SAMBANG_CLUSTER", "address of a Dask scheduler; empty means processes on this machine", ""
    )
    router: str = _setting(  # type: ignore[assignment]
        "SAMBANG_ROUTER",
        "a routing server instead of own roads, as osrm:http://... or valhalla:http://...; empty means own roads",
        "",
    )
    signatures: int = _setting(  # type: ignore[assignment]
        "SAMBANG_SIGNATURES", "supervisors who must sign a plan before it is approved: 1 or 2", 1
    )
    lease_s: int = _setting(  # type: ignore[assignment]
        "SAMBANG_JOB_LEASE",
        "seconds without a sign of life after which another worker takes a job",
        15,
    )
    office_idle_s: int = _setting(  # type: ignore[assignment]
        "SAMBANG_IDLE_OFFICE", "idle seconds after which an office session ends", 45 * 60
    )
    field_idle_s: int = _setting(  # type: ignore[assignment]
        "SAMBANG_IDLE_FIELD", "idle seconds after which a field team's session ends", 12 * 3600
    )
    max_upload_bytes: int = _setting(  # type: ignore[assignment]
        "SAMBANG_MAX_UPLOAD", "largest request body in bytes", 2 * 1024 * 1024
    )

    def __post_init__(self) -> None:
        instance = Path(self.instance).resolve()
        object.__setattr__(self, "instance", instance)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{instance / 'sambang.db'}")
        if self.keys_file == Path(""):
            object.__setattr__(self, "keys_file", instance / "keys.json")
        if self.signatures not in {1, 2}:
            raise ConfigurationError(f"{variable_of('signatures')} must be 1 or 2.")
        for name in ("port", "threads", "plan_time_limit_s", "lease_s", "max_upload_bytes"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{variable_of(name)} must be 1 or more.")

    @property
    def root(self) -> Path:
        """The folder that holds templates, static files and migrations."""
        return PROJECT_ROOT

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database, or None where the database is a server."""
        prefix = "sqlite:///"
        return (
            Path(self.database_url[len(prefix) :]) if self.database_url.startswith(prefix) else None
        )

    @property
    def roads_file(self) -> Path:
        """The road network that `sambang roads import` made."""
        return self.instance / "roads" / "network.npz"

    @property
    def ground_file(self) -> Path:
        """The roads and names under every map, made by the same import."""
        return self.instance / "roads" / "map.zip"

    @property
    def documents(self) -> Path:
        """The folder for documents that the application writes."""
        return self.instance / "documents"


def variable_of(name: str) -> str:
    """Return the environment variable that sets the field `name`."""
    return next(str(f.metadata["variable"]) for f in fields(Settings) if f.name == name)


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from an environment (the process's own when none is given).

    Raises ConfigurationError that names the variable when a value cannot be read.
    """
    environment = os.environ if environment is None else environment
    given: dict[str, object] = {}
    for item in fields(Settings):
        text = environment.get(str(item.metadata["variable"]), "").strip()
        if not text:
            continue
        try:
            given[item.name] = _read(text, item.default)
        except ValueError as error:
            raise ConfigurationError(f"{item.metadata['variable']}={text!r}: {error}") from error
    return Settings(**given)  # type: ignore[arg-type]


def _read(text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"0", "1", "yes", "no", "true", "false"}:
            raise ValueError("must be 1 or 0")
        return text.lower() in {"1", "yes", "true"}
    if isinstance(default, int):
        return int(text)
    if isinstance(default, Path):
        return Path(text)
    return text
