"""Addresses of commits, made from a remote's; nothing private gets out."""

from __future__ import annotations

import pytest

from minekvm.core.report import commit_urls as web
from minekvm.errors import MinekvmError

ORG = "https://git.kernel.org/pub/scm/linux/kernel/git"
TORVALDS = f"{ORG}/torvalds/linux.git/commit/?id=%s"
STABLE = f"{ORG}/stable/linux.git/commit/?id=%s"


@pytest.mark.parametrize(
    ("remote", "public", "name", "view"),
    [
        (
            "https://github.com/torvalds/linux.git",
            "https://github.com/torvalds/linux.git",
            "linux",
            TORVALDS,
        ),
        ("git@github.com:torvalds/linux", "ssh://github.com/torvalds/linux", "linux", TORVALDS),
        (f"{ORG}/torvalds/linux.git", f"{ORG}/torvalds/linux.git", "linux", TORVALDS),
        (
            "git://git.kernel.org/pub/scm/linux/kernel/git/tip/tip.git/",
            "git://git.kernel.org/pub/scm/linux/kernel/git/tip/tip.git/",
            "tip",
            f"{ORG}/tip/tip.git/commit/?id=%s",
        ),
        (
            "https://github.com/gregkh/linux-stable",
            "https://github.com/gregkh/linux-stable",
            "linux-stable",
            STABLE,
        ),
        ("https://github.com/git/git", "https://github.com/git/git", "git", None),
        ("https://me:secret@host.org:8443/a/b.git", "https://host.org:8443/a/b.git", "b", None),
        ("/home/me/linux", None, "folder", None),
        ("file:///home/me/torvalds/linux", None, "folder", None),
        ("../torvalds/linux.git", None, "folder", None),
        ("C:\\linux", None, "folder", None),
        ("https://host.org/<script>", None, "folder", None),
        ("https://[bad", None, "folder", None),
        ("https://host.org:99999/a", None, "folder", None),
        ("javascript:alert(1)", None, "folder", None),
        ("", None, "folder", None),
    ],
)
def test_a_remote(remote: str, public: str | None, name: str, view: str | None) -> None:
    found = web.public(remote)
    assert found == public
    assert web.name(found, "folder.git") == name
    assert web.view(found) == view


@pytest.mark.parametrize(
    "template",
    ["https://github.com/torvalds/linux/commit/%s", "http://localhost:8000/?id=%s&x=%20"],
)
def test_a_template_of_the_users(template: str) -> None:
    assert web.checked(template) == template


@pytest.mark.parametrize(
    "template",
    [
        "",
        "%s",
        "https://host.org/",
        "ftp://host.org/%s",
        "javascript:alert('%s')",
        "https://host.org/%s/%s",
        'https://host.org/%s"><script>',
        "https://host.org/%s\n",
    ],
)
def test_a_template_that_is_none(template: str) -> None:
    with pytest.raises(MinekvmError):
        web.checked(template)
