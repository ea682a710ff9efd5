"""A clone in which all that can name a program names a canary, which tells that it was run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from support.letters import Letter
from support.repos import Repo

GONE = "beef" * 10  # a commit that no clone has
HOOKS = (
    *("applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-checkout", "post-commit"),
    *("post-index-change", "post-merge", "post-rewrite", "pre-auto-gc", "pre-commit", "pre-push"),
    *("pre-rebase", "prepare-commit-msg", "proc-receive", "push-to-checkout", "query-watchman"),
    *("reference-transaction", "sendemail-validate", "update"),
)
SUBCOMMANDS = (
    *("cat-file", "commit-graph", "config", "diff", "diff-tree", "for-each-ref", "grep", "log"),
    *("ls-tree", "merge-base", "patch-id", "rev-list", "rev-parse", "symbolic-ref", "version"),
)
ATTRIBUTES = "* diff=trap filter=trap merge=trap\n"
_PROGRAMS = {  # keys that name a program, and what they have to be set to for it to be run
    "core.alternateRefsCommand": "{canary}",
    "core.askPass": "{canary}",
    "core.editor": "{canary}",
    "core.fsmonitor": "{canary}",
    "core.gitProxy": "{canary}",
    "core.pager": "{canary}",
    "core.sshCommand": "{canary}",
    "credential.helper": "!{canary}",
    "credential.https://example.org.helper": "!{canary}",
    "diff.external": "{canary}",
    "diff.trap.command": "{canary}",
    "diff.trap.textconv": "{canary}",
    "difftool.trap.cmd": "{canary}",
    "difftool.trap.path": "{canary}",
    "filter.trap.clean": "{canary}",
    "filter.trap.process": "{canary}",
    "filter.trap.smudge": "{canary}",
    "gpg.openpgp.program": "{canary}",
    "gpg.program": "{canary}",
    "gpg.ssh.defaultKeyCommand": "{canary}",
    "gpg.ssh.program": "{canary}",
    "gpg.x509.program": "{canary}",
    "guitool.trap.cmd": "{canary}",
    "browser.trap.cmd": "{canary}",
    "browser.trap.path": "{canary}",
    "help.browser": "trap",
    "imap.tunnel": "{canary}",
    "instaweb.browser": "{canary}",
    "instaweb.httpd": "{canary}",
    "interactive.diffFilter": "{canary}",
    "man.trap.cmd": "{canary}",
    "man.trap.path": "{canary}",
    "man.viewer": "trap",
    "merge.trap.driver": "{canary}",
    "mergetool.trap.cmd": "{canary}",
    "mergetool.trap.path": "{canary}",
    "pack.packObjectsHook": "{canary}",
    "receive.procReceiveRefs": "refs",
    "remote.ext.uploadpack": "{canary}",
    "remote.local.receivepack": "{canary}",
    "remote.local.uploadpack": "{canary}",
    "sendemail.ccCmd": "{canary}",
    "sendemail.smtpServer": "{canary}",
    "sendemail.tocmd": "{canary}",
    "sequence.editor": "{canary}",
    "submodule.trap.update": "!{canary}",
    "tar.trap.command": "{canary}",
    "trailer.trap.cmd": "{canary}",
    "trailer.trap.command": "{canary}",
    "uploadpack.packObjectsHook": "{canary}",
    "web.browser": "trap",
}
PROTOCOLS = {  # addresses of remotes through which git would start something
    "none": "none::x",
    "nameless": "::x",
    "ext": "ext::{canary}",
    "ssh": "ssh://host.invalid/x",
    "git": "git://host.invalid/x",
    "local": "{folder}/elsewhere.git",
    "https": "https://host.invalid/x",
    "vcs": "x",
}
_SWITCHES = {  # what makes git come to such a program
    "core.attributesFile": "{folder}/attributes",
    "core.fsmonitorHookVersion": "1",
    "core.hooksPath": "{folder}/hooks",
    "core.logAllRefUpdates": "always",
    "diff.guitool": "trap",
    "diff.tool": "trap",
    "help.autoCorrect": "immediate",
    "init.templateDir": "{folder}",
    "log.mailmap": "true",
    "log.showSignature": "true",
    "merge.verifySignatures": "true",
    "protocol.allow": "always",
    "remote.vcs.vcs": "trap",
    "trailer.trap.ifmissing": "add",
    **{f"protocol.{name}.allow": "always" for name in ("none", "ext", "trap", "", "file")},
}


def settings() -> dict[str, str]:
    """Every key that is a trap, with a value in which `{canary}` and `{folder}` stand."""
    found = dict(_PROGRAMS)
    found |= {f"alias.{name}": "!{canary}" for name in SUBCOMMANDS}
    found |= {f"alias.remote-{name}": "!{canary}" for name in ("none", "ext", "trap", "")}
    found |= {f"pager.{name}": "{canary}" for name in SUBCOMMANDS}
    return found


@dataclass(frozen=True)
class Traps:
    """A folder of canaries, one for each key; `sprung` are those that sang."""

    folder: Path

    @classmethod
    def laid(cls, folder: Path) -> Traps:
        """Make the folder, with hooks that sing and attributes that name drivers."""
        for name in ("hooks", "programs", "songs"):
            (folder / name).mkdir(parents=True)
        (folder / "attributes").write_text(ATTRIBUTES)
        traps = cls(folder)
        for name in HOOKS:
            traps.canary(f"hook {name}", folder / "hooks" / name)
        return traps

    def canary(self, name: str, path: Path | None = None) -> Path:
        """A program that leaves a mark with this name, and fails."""
        plain = re.sub(r"[^\w.-]", "_", name)
        program = path or self.folder / "programs" / plain
        program.write_text(f"#!/bin/sh\n: > '{self.folder}/songs/{plain}'\nexit 1\n")
        program.chmod(0o755)
        return program

    @property
    def sprung(self) -> list[str]:
        """What was run, by name."""
        return sorted(song.name for song in (self.folder / "songs").iterdir())

    def configuration(self, keys: frozenset[str] | None = None) -> str:
        """A configuration with the traps of some keys, or of all, and all that leads to them."""
        wanted = {k: v for k, v in settings().items() if keys is None or k in keys}
        for name, address in PROTOCOLS.items():
            wanted |= {f"remote.{name}.promisor": "true", f"remote.{name}.url": address}
        lines = []
        for key, value in (wanted | _SWITCHES).items():
            section, _, rest = key.partition(".")
            below, dot, last = rest.rpartition(".")
            filled = value.format(canary=self.canary(key), folder=self.folder)
            lines.append(f'[{section} "{below}"]' if dot else f"[{section}]")
            lines.append(f'\t{last} = "{filled}"')
        return "\n".join(lines) + "\n"

    def arm(self, git_dir: Path, keys: frozenset[str] | None = None) -> None:
        """Put the traps into a repository: configuration, what that includes, hooks, attributes."""
        text = self.configuration(keys)
        included = self.folder / "included"
        included.write_text(text)
        with (git_dir / "config").open("a") as config:
            config.write(f'{text}[include]\n\tpath = "{included}"\n')
            config.write(f'[includeIf "gitdir:**"]\n\tpath = "{included}"\n')
        (git_dir / "config.worktree").write_text(text)
        (git_dir / "info" / "attributes").write_text(ATTRIBUTES)
        (git_dir / "hooks").mkdir(exist_ok=True)
        for name in HOOKS:
            self.canary(f"own hook {name}", git_dir / "hooks" / name)


_SIGNATURES = (
    ("-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"),
    ("-----BEGIN SIGNED MESSAGE-----", "-----END SIGNED MESSAGE-----"),
    ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"),
)


def signed(n: int) -> bytes:
    """The header of a signed commit, of one of the formats that have programs of their own."""
    begin, end = _SIGNATURES[n % len(_SIGNATURES)]
    return f"gpgsig {begin}\n \n iQ==\n {end}\n".encode()


_CODE = """\
static int inner_step(int x)
{
\treturn x + 1;
}

int outer_step(int x)
{
\tlock();
\tx = inner_step(x);
\tunlock();
\treturn x;
}
"""


def history(repo: Repo) -> Repo:
    """Signed commits about `outer_step`, which cite one another and a commit that is not there."""
    start = {"a.c": _CODE, ".gitattributes": ATTRIBUTES}
    first = repo.commit("start", start, headers=signed(0))
    told = f'edit outer_step\n\nBecause it was slow.\n\nFixes: {first[:12]} ("start")\nTrap: x\n'
    changed = _CODE.replace("x = inner_step(x);", "x = inner_step(x) + 2;")
    repo.commit(told, {"a.c": changed}, headers=signed(1))
    told = f"edit inner_step\n\n(cherry picked from commit {GONE})\n"
    repo.commit(told, {"a.c": changed.replace("x + 1", "x + 3")}, headers=signed(2))
    return repo


def archive(path: Path) -> Repo:
    """A public-inbox archive of two mails, its commits signed."""
    repo = Repo.create(path, bare=True)
    for n in range(3):
        mail = Letter(f"{n}@example.org", f"[PATCH] edit outer_step {n}").raw
        repo.commit(f"mail {n}", {"m": mail, ".gitattributes": ATTRIBUTES}, headers=signed(n))
    return repo
