"""Reading JSON with errors that name the field: every refusal is one line that starts with the path to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar, cast

T = TypeVar("T")


class Malformed(ValueError):
    """The input is not what the format asks for; the message is one line that starts with the field's path."""


class Reader:
    """One JSON object at a path of the input, read field by field; unknown fields are refused by `done`."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise Malformed(f"{path or 'input'}: need an object, not {kind(value)}")
        self._fields = cast("dict[str, object]", value)
        self._path = path
        self._read: set[str] = set()

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        self._read.add(name)
        return self._fields.get(name) is not None

    def raw(self, name: str) -> object:
        """Return a field as it is; raises Malformed when it is missing."""
        self._read.add(name)
        if self._fields.get(name) is None:
            raise Malformed(f"{self.at(name)}: is missing")
        return self._fields[name]

    def whole(self, name: str, default: int | None = None) -> int:
        """Return a whole number (a float without a fraction is one)."""
        if default is not None and not self.has(name):
            return default
        return whole(self.raw(name), self.at(name))

    def whole_or_none(self, name: str) -> int | None:
        """Return a whole number, or None where there is none."""
        return self.whole(name) if self.has(name) else None

    def within(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number between two, both included."""
        return within(self.whole(name, default), least, most, self.at(name))

    def number(self, name: str, default: float) -> float:
        """Return a number, whole or not."""
        if not self.has(name):
            return default
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Malformed(f"{self.at(name)}: {kind(value)} where a number is needed")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Return text."""
        if default is not None and not self.has(name):
            return default
        value = self.raw(name)
        if not isinstance(value, str):
            raise Malformed(f"{self.at(name)}: {kind(value)} where text is needed")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false where there is none."""
        value = self.raw(name) if self.has(name) else False
        if not isinstance(value, bool):
            raise Malformed(f"{self.at(name)}: {kind(value)} where true or false is needed")
        return value

    def day(self, name: str) -> date | None:
        """Return an ISO date, or None where there is none."""
        if not self.has(name):
            return None
        text = self.text(name)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Malformed(f"{self.at(name)}: {text!r} is not a date like 2026-11-23") from None

    def needed_day(self, name: str) -> date:
        """Return an ISO date; raises Malformed when it is missing."""
        self.raw(name)
        return cast("date", self.day(name))

    def items(self, name: str) -> list[object]:
        """Return a list; empty where there is none."""
        value = self.raw(name) if self.has(name) else []
        if not isinstance(value, list):
            raise Malformed(f"{self.at(name)}: {kind(value)} where a list is needed")
        return cast("list[object]", value)

    def each(self, name: str, read: Callable[[Reader], T]) -> tuple[T, ...]:
        """Read a list of objects; a refusal by a class is told with the path of the object."""
        return tuple(
            built(read, Reader(value, f"{self.at(name)}[{number}]"))
            for number, value in enumerate(self.items(name))
        )

    def names(self, name: str) -> frozenset[str]:
        """Return a list of texts as a set."""
        values = self.items(name)
        for number, value in enumerate(values):
            if not isinstance(value, str):
                raise Malformed(f"{self.at(name)}[{number}]: {kind(value)} where text is needed")
        return frozenset(cast("list[str]", values))

    def wholes(self, name: str, least: int | None = None, most: int = 0) -> tuple[int, ...]:
        """Return a list of whole numbers, each between `least` and `most` where these are given."""
        values = []
        for number, value in enumerate(self.items(name)):
            path = f"{self.at(name)}[{number}]"
            one = whole(value, path)
            values.append(one if least is None else within(one, least, most, path))
        return tuple(values)

    def inner(self, name: str) -> Reader:
        """Return the object in a field."""
        return Reader(self.raw(name), self.at(name))

    def done(self) -> None:
        """Refuse fields that nobody asked for: a misspelt field must not be ignored."""
        unknown = sorted(set(self._fields) - self._read)
        if unknown:
            raise Malformed(f"{self.at(unknown[0])}: is not a known field")

    @property
    def path(self) -> str:
        """Where this object stands in the input."""
        return self._path


def built(read: Callable[[Reader], T], reader: Reader) -> T:
    """Read an object and refuse what is left over; ValueErrors of the classes get the object's path."""
    try:
        value = read(reader)
    except Malformed:
        raise
    except ValueError as error:
        raise Malformed(f"{reader.path}.{error}" if reader.path else str(error)) from None
    reader.done()
    return value


def whole(value: object, path: str) -> int:
    """Return a value as a whole number. Raises Malformed."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(f"{path}: {kind(value)} where a whole number is needed")
    return value


def within(value: int, least: int, most: int, path: str) -> int:
    """Return a number that is between two, both included. Raises Malformed."""
    if not least <= value <= most:
        raise Malformed(f"{path}: {short(value)} is not between {least} and {most}")
    return value


def short(value: object) -> str:
    """Return a value as it may stand in a message: however long it is, a few letters of it."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**40:
        return "a number of more than 40 digits"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def kind(value: object) -> str:
    """Name the kind of a JSON value for a message."""
    if value is None:
        return "nothing"
    names = {bool: "true or false", str: "text", dict: "an object", list: "a list"}
    return names.get(type(value)) or short(value)
