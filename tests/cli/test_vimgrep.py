"""Places for an editor: `path:line:column: text`; and links for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from support.repos import Repo
from support.running import Ran, assert_clear

PLACE = re.compile(r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<text>.+)")
CODE = "int f(void)\n{\n\tenter();\n\twork();\n\tleave();\n\treturn 0;\n}\n"


def test_every_row_leads_to_its_line(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    repo.commit("root", {"lib/a.c": CODE})
    lines = CODE.splitlines()
    for asked, word in (
        (("callers", "work"), "work"),
        (("region", "--enter", "enter", "--exit", "leave", "--in", "f"), ""),
        (("inspect", "HEAD"), "int f"),
        (("blame", "lib/a.c"), ""),
    ):
        ran = minekvm(*asked, "--format", "vimgrep")
        assert ran.code == 0, ran.err
        rows = ran.out.splitlines()
        assert rows, asked
        for row in rows:
            place = PLACE.fullmatch(row)
            assert place is not None, row
            assert place["path"] == "lib/a.c"
            assert word in lines[int(place["line"]) - 1], row


def test_what_has_no_places_says_so(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    repo.commit("root", {"lib/a.c": CODE})
    assert_clear(minekvm("relate", "HEAD", "--format", "vimgrep"), "relate has no places")


def test_a_hash_is_a_link_where_a_web_view_is_known(
    repo: Repo, minekvm: Callable[..., Ran]
) -> None:
    commit = repo.commit("root", {"lib/a.c": CODE})
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "80"}
    assert "\x1b]8;" not in minekvm("lineage", "f", env=terminal).out
    with (repo.git_dir / "config").open("a") as config:
        config.write('[remote "origin"]\n\turl = https://github.com/torvalds/linux\n')
    shown = minekvm("lineage", "f", env=terminal).out
    assert (
        f"https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id={commit[:12]}"
        in shown
    )
    assert "\x1b]8;" in shown
    assert "\x1b]8;" not in minekvm("lineage", "f", env={**terminal, "TERM": "linux"}).out
    assert "\x1b]8;" not in minekvm("lineage", "f").out


def test_links_lead_where_the_users_own_configuration_says(
    repo: Repo, minekvm: Callable[..., Ran], tmp_path: Path
) -> None:
    commit = repo.commit("root", {"lib/a.c": CODE})
    own = tmp_path / "own.gitconfig"
    own.write_text("[minekvm]\n\tweb = https://example.org/c/%s\n")
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "GIT_CONFIG_GLOBAL": str(own)}
    shown = minekvm("lineage", "f", env=terminal).out
    assert f"https://example.org/c/{commit[:12]}" in shown
    own.write_text("[minekvm]\n\tweb = example\n")
    assert_clear(minekvm("lineage", "f", env=terminal), "no web address")
