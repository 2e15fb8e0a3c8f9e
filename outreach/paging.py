"""One page of a long list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Item = TypeVar("Item")


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """The items of page `number` (from 1) of `count` pages, out of `total` items."""

    items: tuple[Item, ...]
    number: int
    count: int
    total: int


def page_of(session: Session, query: Select[Item], number: int, size: int = 50) -> Listing[Item]:
    """Return one page of what a query finds; a number beyond the last page gives the last one."""
    bare: Select[Any] = query.order_by(None)
    total = session.scalar(select(func.count()).select_from(bare.subquery())) or 0
    count = max(1, -(-total // size))
    number = min(max(1, number), count)
    items = session.scalars(query.offset((number - 1) * size).limit(size)).unique().all()
    return Listing(tuple(items), number, count, total)
