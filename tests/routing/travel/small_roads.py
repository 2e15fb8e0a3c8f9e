"""Builds small road networks with osmium's own writer, in the unit that people draw them in: kilometres east and north."""

from __future__ import annotations

from pathlib import Path

import osmium

from routing.problem import Place

LAT0, LON0 = -7.42, 111.02
KM = 1 / 111.195


class Roads:
    """A network being drawn; `write` makes its file."""

    def __init__(self) -> None:
        self.nodes: dict[int, tuple[float, float, dict[str, str]]] = {}
        self.ways: list[tuple[int, list[int], dict[str, str]]] = []
        self.rules: list[tuple[int, list[tuple[str, int, str]], dict[str, str]]] = []

    def node(self, ref: int, east: float, north: float, **tags: str) -> None:
        self.nodes[ref] = (LON0 + east * KM, LAT0 + north * KM, tags)

    def way(self, ref: int, refs: list[int], kind: str = "residential", **tags: str) -> None:
        self.ways.append((ref, refs, {"highway": kind, **tags}))

    def turn(self, ref: int, rule: str, origin: int, via: int, goal: int, **tags: str) -> None:
        members = [("w", origin, "from"), ("n", via, "via"), ("w", goal, "to")]
        self.rules.append((ref, members, {"type": "restriction", "restriction": rule, **tags}))

    def write(self, file: Path) -> Path:
        file.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(file)) as writer:
            for ref, (lon, lat, tags) in sorted(self.nodes.items()):
                writer.add_node(osmium.osm.mutable.Node(id=ref, location=(lon, lat), tags=tags))
            for ref, refs, tags in sorted(self.ways, key=lambda way: way[0]):
                writer.add_way(osmium.osm.mutable.Way(id=ref, nodes=refs, tags=tags))
            for ref, members, tags in self.rules:
                writer.add_relation(osmium.osm.mutable.Relation(id=ref, members=members, tags=tags))
        return file


def at(east: float, north: float) -> Place:
    """A place so many kilometres east and north of the corner."""
    return Place(LAT0 + north * KM, LON0 + east * KM)


def a_square(**south: str) -> Roads:
    """A square of 1 km: corners 1 (0, 0), 2 (1, 0), 3 (1, 1), 4 (0, 1); ways 12, 23, 34, 41; `south` are tags of 12."""
    roads = Roads()
    for ref, (east, north) in enumerate([(0, 0), (1, 0), (1, 1), (0, 1)], start=1):
        roads.node(ref, east, north)
    for first, last in ((1, 2), (2, 3), (3, 4), (4, 1)):
        roads.way(first * 10 + last, [first, last], **(south if first == 1 else {}))
    return roads
