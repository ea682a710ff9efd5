"""Who may read what is served: literal requests, and what becomes of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.server.guard import refused

TOKEN, PORT = "s3cret", 4711
OURS = {"host": f"127.0.0.1:{PORT}"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({"host": f"localhost:{PORT}"}, None),
        ({"origin": f"http://127.0.0.1:{PORT}"}, None),
        ({"sec-fetch-site": "none"}, None),
        ({"sec-fetch-site": "same-origin"}, None),
        ({"host": "evil.example"}, 421),
        ({"host": f"evil.example:{PORT}"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"host": f"127.0.0.1:{PORT + 1}"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"http://127.0.0.1:{PORT + 1}"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_a_request_is_let_in_or_refused(headers: dict[str, str], status: int | None) -> None:
    no = refused("GET", f"/{TOKEN}/", OURS | headers, TOKEN, PORT)
    assert (no and no[0]) == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(method: str) -> None:
    no = refused(method, f"/{TOKEN}/", OURS, TOKEN, PORT)
    assert no is not None
    assert no[0] == 405


def test_a_request_without_a_host_is_refused() -> None:
    assert refused("GET", f"/{TOKEN}/", {}, TOKEN, PORT) is not None


@given(st.text(max_size=12))
def test_no_other_path_is_let_in(path: str) -> None:
    let_in = refused("GET", path, OURS, TOKEN, PORT) is None
    assert let_in == (path.split("/")[1:2] == [TOKEN])
