"""A routing server is asked within its limits, and one that hangs, lies or refuses is no answer."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from routing.travel import crow, remote
from tests.routing.travel.small_roads import at

PLACES = [at(i % 10, i // 10) for i in range(100)]
Answer = Callable[[str, bytes], tuple[int, bytes]]


@contextmanager
def a_server(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A real server on this machine; yields its address and the list of what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(self.path)
            status, content = answer(self.path, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def osrm(path: str, _body: bytes) -> tuple[int, bytes]:
    points = path.split("/")[4].split("?")[0].split(";")
    assert len(points) <= 100
    sides = [part.split("=")[1].split(";") for part in path.split("&")[1:]]
    spots = [tuple(map(float, point.split(","))) for point in points]
    table = [[sum(abs(a - b) for a, b in zip(spots[int(i)], spots[int(j)], strict=True)) * 1e5
              for j in sides[1]] for i in sides[0]]  # fmt: skip
    return 200, json.dumps({"code": "Ok", "durations": table, "distances": table}).encode()


def valhalla(_path: str, body: bytes) -> tuple[int, bytes]:
    asked = json.loads(body)
    assert len(asked["sources"]) * len(asked["targets"]) <= 2500
    table = [[{"time": 60, "distance": 1.5} for _ in asked["targets"]] for _ in asked["sources"]]
    return 200, json.dumps({"sources_to_targets": table}).encode()


def test_a_large_matrix_is_asked_for_in_parts_and_put_together() -> None:
    with a_server(osrm) as (address, asked):
        (made,) = remote.travel(f"osrm:{address}", PLACES, ["car"])
    assert len(asked) == 9
    assert made.metres[0, 99] == pytest.approx(18 / 111.195 * 1e5, abs=2)
    assert made.metres[3, 3] == 0
    assert not made.estimated
    assert not made.estimates


def test_valhalla_is_asked_in_its_own_words() -> None:
    with a_server(valhalla) as (address, _asked):
        (made,) = remote.travel(f"valhalla:{address}", PLACES[:5], ["motorbike"])
    assert (made.seconds[0, 1], made.metres[0, 1], made.profile) == (60, 1500, "motorbike")


def without(*pairs: tuple[int, int]) -> Answer:
    """A server that has no way for these pairs of the places it is asked about."""

    def answer(path: str, body: bytes) -> tuple[int, bytes]:
        status, content = osrm(path, body)
        table = json.loads(content)
        for origin, goal in pairs:
            table["durations"][origin][goal] = None
        return status, json.dumps(table).encode()

    return answer


def test_a_pair_without_a_way_is_estimated_and_no_other_leg_of_its_places() -> None:
    with a_server(without((0, 2))) as (address, _asked):
        (made,) = remote.travel(f"osrm:{address}", PLACES[:5], ["car"])
    assert not made.estimated
    assert not made.estimates
    assert made.estimated_pairs == {(0, 2)}
    assert made.is_estimate(0, 2)
    assert not any(made.is_estimate(*pair) for pair in ((2, 0), (0, 1), (1, 2)))
    assert made.seconds[0, 2] == crow.travel(PLACES[:5]).seconds[0, 2]


def test_a_place_without_any_way_is_named_once() -> None:
    lost = [pair for other in (0, 1, 3, 4) for pair in ((2, other), (other, 2))]
    with a_server(without(*lost)) as (address, _asked):
        (made,) = remote.travel(f"osrm:{address}", PLACES[:5], ["car"])
    assert made.estimates == {2}
    assert not made.estimated_pairs
    with a_server(without((0, 1), (1, 0))) as (address, _asked):
        (all_of_it,) = remote.travel(f"osrm:{address}", PLACES[:2], ["car"])
    assert all_of_it.estimated


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<html>", b"[]", b'{"code": "NoTable"}', b'{"code": "Ok"}',
        b'{"code": "Ok", "durations": [[0]], "distances": [[0]]}',
        b'{"code": "Ok", "durations": [[0, -5], [5, 0]], "distances": [[0, 5], [5, 0]]}',
        b'{"code": "Ok", "durations": [[0, NaN], [5, 0]], "distances": [[0, 5], [5, 0]]}',
        b'{"code": "Ok", "durations": [[0, "5"], [5, 0]], "distances": [[0, 5], [5, 0]]}',
        b'{"code": "Ok", "durations": [[0, 1' + b"0" * 400 + b'], [5, 0]], "distances": [[0, 5], [5, 0]]}',
        b'{"code": "Ok", "durations": [[0, true], [5, 0]], "distances": [[0, 5], [5, 0]]}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)  # fmt: skip
def test_a_server_that_lies_is_no_answer(content: bytes) -> None:
    with (
        a_server(lambda _path, _body: (200, content)) as (address, _asked),
        pytest.raises(remote.RouterFailed),
    ):
        remote.travel(f"osrm:{address}", PLACES[:2], ["car"])


@contextmanager
def what_is_no_server(said: bytes) -> Iterator[str]:
    """Something that listens and says these bytes to whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def talk() -> None:
            while not done.is_set():
                try:
                    connection, _address = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(said)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        done.set()


@pytest.mark.parametrize(
    "said",
    [
        b"", b"SSH-2.0-OpenSSH_9.2p1\r\n", b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\n\r\n",
    ],
)  # fmt: skip
def test_what_speaks_no_http_is_no_server(said: bytes) -> None:
    with what_is_no_server(said) as address, pytest.raises(remote.RouterFailed):
        remote.travel(f"osrm:{address}", PLACES[:2], ["car"])


def answering(**changed: Any) -> Answer:
    """A server whose answer to two places is changed."""
    two = {"durations": [[0, 60], [60, 0]], "distances": [[0, 900], [900, 0]]}
    return lambda _path, _body: (200, json.dumps({"code": "Ok", **two, **changed}).encode())


def test_a_server_that_drives_faster_than_any_car_is_no_answer() -> None:
    far = [at(0, 0), at(30, 0)]
    with (
        a_server(answering()) as (address, _asked),
        pytest.raises(remote.RouterFailed, match="faster"),
    ):
        remote.travel(f"osrm:{address}", far, ["car"])


def test_a_place_that_the_server_moved_far_to_a_road_is_estimated() -> None:
    off = [{"distance": 12.0}, {"distance": 48_000.0}]
    with a_server(answering(sources=off, destinations=off)) as (address, _asked):
        found = remote.block(f"osrm:{address}", PLACES[:2], PLACES[:2], "car")
        (made,) = remote.travel(f"osrm:{address}", PLACES[:2], ["car"])
    assert found.off_m.tolist() == [12.0, 48_000.0]
    assert made.estimated


def test_a_number_just_below_nothing_is_rounding_and_no_lie() -> None:
    def rounding(path: str, body: bytes) -> tuple[int, bytes]:
        table = json.loads(osrm(path, body)[1])
        table["distances"][0][1] = -0.4
        return 200, json.dumps(table).encode()

    with a_server(rounding) as (address, _asked):
        (made,) = remote.travel(f"osrm:{address}", PLACES[:3], ["car"])
    assert made.metres[0, 1] == 0
    assert not made.estimated_pairs


def test_a_refused_request_is_not_repeated_and_a_broken_server_is_asked_again() -> None:
    with a_server(lambda _path, _body: (400, b"{}")) as (address, asked):
        with pytest.raises(remote.RouterFailed, match="400"):
            remote.travel(f"osrm:{address}", PLACES[:2], ["car"])
        assert len(asked) == 1
    with a_server(lambda _path, _body: (503, b"{}")) as (address, asked):
        with pytest.raises(remote.RouterFailed, match="503"):
            remote.travel(f"osrm:{address}", PLACES[:2], ["car"])
        assert len(asked) == remote.TRIES


def test_a_server_that_hangs_is_given_up() -> None:
    done = threading.Event()

    def hang(_path: str, _body: bytes) -> tuple[int, bytes]:
        done.wait(30)
        return 200, b"{}"

    with a_server(hang) as (address, _asked):
        before = time.monotonic()
        with pytest.raises(remote.RouterFailed):
            remote.travel(f"osrm:{address}", PLACES[:2], ["car"], patience_s=0.2, patience_all_s=1)
        done.set()
        assert time.monotonic() - before < 25


@pytest.mark.parametrize("router", ["", "http://x", "osrm:file:///etc/passwd", "google:http://x"])
def test_a_router_of_another_kind_is_refused(router: str) -> None:
    with pytest.raises(remote.RouterFailed):
        remote.travel(router, PLACES[:2], ["car"])
