"""Where a symbol's story may begin: its definitions at a revision, or else where it once stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minekvm.clone.clone import Clone
from minekvm.clone.horizon import WALKED, day
from minekvm.core.c.symbols import alike, candidates, misspelt
from minekvm.core.model import CommitId, Function, FunctionVersion, Gap
from minekvm.errors import GitFailed, MinekvmError, UnknownSymbol

_MANY_FILES = 12  # definitions in more files than this need a --path to choose
_MANY_VARIANTS = 100  # definitions of one name in a file that are followed; hand-set
_LONG = 3_000  # commits from which searching them all is felt
_SAMPLES = (8, 2, 1)  # parts of the history's length at which a gone symbol is looked for


@dataclass(frozen=True, slots=True)
class Asked:
    """A symbol as it was asked for: where, at which revision, and how that is told."""

    symbol: str
    path: str | None
    rev: CommitId
    told: str
    near: Sequence[str] = ()  # files in which it may have stood

    @property
    def names(self) -> list[str]:
        """The names to look it up by, likeliest first."""
        return candidates(self.symbol)


@dataclass(frozen=True, slots=True)
class Start:
    """A file and a commit to follow a symbol from.

    `function` is the definition that the commit holds; None where the file, from there back, may
    have held one. `taken` is False for a definition that is only told of.
    """

    path: str
    commit: CommitId
    function: Function | None = None
    taken: bool = True


def starts(clone: Clone, asked: Asked) -> Iterator[Start]:
    """Where to follow a symbol from: its definitions at the revision, each; or, where it has none,
    the places where it may have stood, likeliest first.

    Raises UnknownSymbol where the places run out, MinekvmError where too many files define it.
    """
    definitions = defined_at(clone, asked)
    if definitions:
        followed = set(_followed(clone, definitions))
        for version in definitions:
            yield Start(version.path, asked.rev, version.function, version in followed)
        return
    clone.progress(f"{asked.symbol} is not defined at {asked.told}: searching its past")
    is_long = asked.path is None and not clone.full_history and _is_long(clone, asked)
    for path, commit in _former_places(clone, asked):
        yield Start(path, commit)
    where = f" in {asked.path}" if asked.path else ""
    hint = _did_you_mean(clone, asked)
    since = clone.history.commits.horizon(asked.rev, WALKED)[1] if is_long else None
    if since is not None:
        hint += (
            f"; of the commits, those since {day(since)} were searched: --full-history takes all"
        )
    if clone.history.gaps:
        hint += f"; not everything could be read: {clone.history.gaps[0].why}"
    raise UnknownSymbol(
        f"no version reachable from {asked.told} defines {asked.symbol}{where}", hint
    )


def defined_at(clone: Clone, asked: Asked) -> list[FunctionVersion]:
    """The definitions of the symbol at a revision, variants under #ifdef each on its own."""
    if asked.path is None:
        return _in_tree(clone, asked.names, asked.rev)
    file = clone.history.file_history(asked.path, asked.rev)
    if file.top is None:
        return []
    for name in asked.names:
        found = clone.history.definitions(file, file.nodes[file.top], name)
        if found:
            if name != asked.names[0]:
                why = f"nothing in the file defines it: answered for {name}"
                clone.history.gaps.note(Gap(asked.names[0], why), missing=False)
            return [FunctionVersion(file.path, f) for f in found]
    return []


def _followed(clone: Clone, definitions: Sequence[FunctionVersion]) -> list[FunctionVersion]:
    """The definitions to follow: of a file that has one name very often, the first; a gap says so.

    Each variant is compared with all the others at every step, so a thousand would take hours.
    """
    followed: list[FunctionVersion] = []
    left_out: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for version in definitions:
        taken[version.path] += 1
        if taken[version.path] <= _MANY_VARIANTS:
            followed.append(version)
        else:
            left_out[version.path] += 1
    for path, many in left_out.items():
        why = f"{many} more definitions of one name in the file were not followed"
        clone.history.gaps.note(Gap(f"variants in {path}", why, path=path))
    return followed


def _in_tree(clone: Clone, names: Sequence[str], rev: CommitId) -> list[FunctionVersion]:
    """The definitions at a revision of the first of the names that has any."""
    here = clone.history.standing(names, rev)
    if not here:
        return []
    chosen = min((v.name for v in here), key=names.index)
    if chosen != names[0]:
        why = f"nothing at this revision defines it: answered for {chosen}"
        clone.history.gaps.note(Gap(names[0], why), missing=False)
    found = [v for v in here if v.name == chosen]
    files = list(dict.fromkeys(v.path for v in found))
    if len(files) > _MANY_FILES:
        shown = ", ".join(files[:5])
        raise MinekvmError(
            f"{chosen} is defined in {len(files)} files",
            f"choose one with --path, or narrow with --scope: {shown}, ...",
        )
    return found


def _former_places(clone: Clone, asked: Asked) -> Iterator[tuple[str, CommitId]]:
    """Files that may have defined one of the names, and from where back, likeliest first.

    Older trees are looked at first, which finds what lived long at a cost that does not grow with
    the history; then every commit, also on sides that no merge took.
    """
    rev, names = asked.rev, asked.names
    if asked.path is not None:
        yield asked.path, rev
        return
    seen = set(asked.near)
    yield from ((path, rev) for path in asked.near)
    for path in _in_older_trees(clone, names, rev):
        if path not in seen:
            seen.add(path)
            yield path, rev
    is_long = not clone.full_history and clone.history.commits.are_more(rev, _LONG)
    since = None
    if is_long:
        _stop_at_a_slip(clone, asked)
        since = clone.history.commits.horizon(rev, WALKED)[1]
    for path, commit in _in_commits(clone, names, rev, since):
        if path not in seen:
            seen.add(path)
            yield path, rev
        yield path, commit


def _is_long(clone: Clone, asked: Asked) -> bool:
    """Whether searching the past will be felt; who waits is told what they may have meant first."""
    if not clone.history.commits.are_more(asked.rev, _LONG):
        return False
    meant = alike(asked.symbol, clone.history.trees.defined_words(asked.symbol, asked.rev))
    mean = f" (did you mean {' or '.join(meant)}?)" if meant else ""
    clone.notify(
        f"{asked.symbol} is not defined at {asked.told}{mean}: searching older trees, then commits;"
        " Ctrl-C stops"
    )
    return True


def _stop_at_a_slip(clone: Clone, asked: Asked) -> None:
    """Spare whoever mistyped a living name the search through every commit of a long history."""
    meant = misspelt(asked.symbol, clone.history.trees.defined_words(asked.symbol, asked.rev))[:3]
    if meant:
        raise UnknownSymbol(
            f"nothing at {asked.told} or in older trees looked at defines {asked.symbol}",
            f"did you mean {' or '.join(meant)}? --full-history searches every commit",
        )


def _in_commits(
    clone: Clone, names: Sequence[str], rev: CommitId, since: int | None
) -> Iterator[tuple[str, CommitId]]:
    """Files in which some commit, the newest first, began or ended a definition of a name."""
    every = "every commit" if since is None else f"every commit since {day(since)}"
    clone.progress(f"searching {every} for {names[0]}")
    try:
        for commit in clone.history.commits.changing(names[0], rev, since):
            for parent in clone.history.commit(commit).parents:
                for pair in clone.history.pairs(commit, parent):
                    had = {f.name for f in pair.old}.intersection(names)
                    has = {f.name for f in pair.new}.intersection(names)
                    if had != has:
                        yield (pair.old_path if had else pair.new_path) or "", commit
    except GitFailed as failure:
        clone.history.gaps.note(Gap(f"commits that mention {names[0]}", failure.message))


def _in_older_trees(clone: Clone, names: Sequence[str], rev: CommitId) -> Iterator[str]:
    for commit in clone.history.commits.samples(rev, _SAMPLES):
        clone.progress(f"searching the tree of {commit[:12]} for {names[0]}")
        yield from dict.fromkeys(v.path for v in clone.history.standing(names, commit))


def _did_you_mean(clone: Clone, asked: Asked) -> str:
    if asked.path is not None:
        names = {f.name for f in clone.history.trees.functions_at(asked.rev, asked.path)}
    else:
        names = clone.history.trees.defined_words(asked.symbol, asked.rev)
    close = alike(asked.symbol, names)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return "check the spelling, --rev, --path and --scope"
