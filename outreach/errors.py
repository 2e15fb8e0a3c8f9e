"""What can go wrong on purpose: each error carries words for the person who meets it."""

from __future__ import annotations

from collections.abc import Mapping


class SambangError(Exception):
    """The root of every error that the product raises on purpose."""


class Refused(SambangError):
    """A rule of the office says no; the message tells a person why and what to do.

    `field` names the form field that the message belongs to, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(Refused):
    """Input that cannot be taken as it stands; `errors` maps each field to its message."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


class NotThere(SambangError):
    """The object is absent, or belongs to somebody else: the two look the same from outside."""


class Forbidden(SambangError):
    """The role of this person never does this action, on any object."""


class ConfigurationError(SambangError):
    """A setting, key or system package is missing or wrong; the message says which and how to mend it."""
