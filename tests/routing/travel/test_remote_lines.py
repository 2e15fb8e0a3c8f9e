"""The lines of a route come from the server that gave its minutes, and one that lies gives none."""

from __future__ import annotations

import json
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from routing.problem import Place
from routing.travel import remote_lines
from routing.travel.remote import RouterFailed
from tests.routing.travel.small_roads import at
from tests.routing.travel.test_remote import a_server

WAY = [at(number * 0.1, 0) for number in range(45)]


def osrm(path: str, _body: bytes) -> tuple[int, bytes]:
    spots = [tuple(map(float, spot.split(","))) for spot in urlsplit(path).path.split("/")[4].split(";")]  # fmt: skip
    assert len(spots) <= remote_lines.MOST_PLACES
    legs = [
        {"steps": [{"geometry": {"coordinates": [[a[0], a[1]], [a[0], a[1] + 0.001]]}}, {"geometry": {"coordinates": [[b[0], b[1]], [b[0], b[1]]]}}]}
        for a, b in pairwise(spots)
    ]  # fmt: skip
    return 200, json.dumps({"code": "Ok", "routes": [{"legs": legs}]}).encode()


def test_a_long_route_is_asked_for_in_parts_and_put_together() -> None:
    with a_server(osrm) as (address, asked):
        found = remote_lines.lines(f"osrm:{address}", WAY, "car")
    assert len(asked) == 3
    assert len(found) == 44
    assert [len(leg) for leg in found] == [3] * 44
    assert found[0][0] == pytest.approx((WAY[0].lat, WAY[0].lon), abs=1e-6)
    assert found[-1][-1] == pytest.approx((WAY[-1].lat, WAY[-1].lon), abs=1e-6)


def test_valhallas_own_writing_of_a_line_is_read() -> None:
    # Google's example, 38.5 -120.2, 40.7 -120.95, 43.252 -126.453, at six digits.
    shape = "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI"
    points = remote_lines._decoded(shape)
    for point, expected in zip(
        points, [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)], strict=True
    ):
        assert point == pytest.approx(expected)

    def valhalla(_path: str, body: bytes) -> tuple[int, bytes]:
        assert json.loads(body)["costing"] == "motorcycle"
        return 200, json.dumps({"trip": {"legs": [{"shape": shape}]}}).encode()

    with a_server(valhalla) as (address, _asked):
        way = [Place(38.5, -120.2), Place(43.252, -126.453)]
        (leg,) = remote_lines.lines(f"valhalla:{address}", way, "motorbike")
    assert len(leg) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b'{"routes": []}', b'{"routes": [{"legs": []}]}', b'{"routes": [{"legs": [{"steps": []}]}]}',
        b'{"routes": [{"legs": [{"steps": [{"geometry": {"coordinates": [[0, 0], [1, 1]]}}]}]}]}',
        b'{"routes": [{"legs": [{"steps": [{"geometry": {"coordinates": [[999, 0]]}}]}]}]}',
        b'{"routes": [{"legs": [{"steps": [{"geometry": {"coordinates": [["x", null]]}}]}]}]}',
    ],
)  # fmt: skip
def test_a_server_that_lies_draws_no_line(content: bytes) -> None:
    with (
        a_server(lambda _path, _body: (200, content)) as (address, _asked),
        pytest.raises(RouterFailed),
    ):
        remote_lines.lines(f"osrm:{address}", WAY[:2], "car")
