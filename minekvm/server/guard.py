"""Who may read what is served on this machine's own address: a browser that was given the token.

Pure. The address has a random token in its path, so that no other program or page can guess it. A
page elsewhere that has it all the same is refused: by the Host it comes to (a name that was bent to
this address), by its Origin, and by what the browser says of the site that asks.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

METHODS = ("GET", "HEAD")
# Of each answer: nobody else frames it, reads it, keeps it or learns where it came from.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_SITES = ("same-origin", "none")  # a link of ours, or an address that somebody typed


def refused(
    method: str, path: str, headers: Mapping[str, str], token: str, port: int
) -> tuple[int, str] | None:
    """Why a request is not answered, as status and reason; None where it is.

    `headers` have their names in lower case.
    """
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
    if headers.get("host") not in hosts:
        return 421, "this server is asked by its own address alone"
    if method not in METHODS:
        return 405, "nothing can be changed here"
    if "origin" in headers and headers["origin"] not in [f"http://{host}" for host in hosts]:
        return 403, "pages of other sites read nothing here"
    if headers.get("sec-fetch-site", "none") not in _SITES:
        return 403, "pages of other sites read nothing here"
    given = path.split("/")[1] if "/" in path else ""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        return 404, "there is nothing here; take the whole address that minekvm printed"
    return None
