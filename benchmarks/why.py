"""`why` from end to end on the labelled questions of benchmarks/why, beside `git log --grep`/`-S`.

    python benchmarks/why.py MIRRORS [--repo OWNER+NAME] [--sample N --seed S] [--no-pickaxe] [-v]

MIRRORS has a bare clone OWNER+NAME/repo of each labelled history. Each question is asked twice
through `minekvm.open`; the processor time is that of the second time, children included. A column
holds the share of the questions that it applies to, and after the table stands how many those are.

`key`: the key commits are all and only right; what `also` has is tolerated, and one of a `same`
group stands for the key in it. `strict`: the same without tolerance. `first`, `five`: the first
candidate is a key; the first five have every key (of more than five, five), and beside it `grep5`
and `-S5`: the same of git's first five hits, newest first. git is given the names in the question
as fixed strings, all of which a message must have (`--grep`), or, of a question without a name, its
words, and `-S` the longest name. `reason`: the first reason told of a key has a line of the label.
`premise`, `absent`, `nothing`: that the question does not hold, that a symbol is nowhere, that no
commit answers, was said. `denied`: one of these was said of a question that has an answer.
`keys`: commits named in an answer, on average.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import minekvm
from minekvm.core.why.model import Answer, MessagePlace
from minekvm.core.why.words import STOPWORDS, is_name, words

_LABELS = Path(__file__).parent / "why" / "questions.jsonl"
_HITS = 5  # candidates, and hits of git's, that are looked at
_WORDS = 4  # words of a question without a name that git is asked for
COLUMNS = (
    "key", "strict", "first", "five", "grep5", "-S5", "reason", "denied", "premise", "absent",
    "nothing",
)  # fmt: skip
Row = Mapping[str, Any]


def main() -> None:
    """Print a line per history, and how often the words of confidence were right."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--repo", action="append", help="a history; may be repeated")
    parser.add_argument("--sample", type=int, help="so many questions of each history, drawn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--no-pickaxe", action="store_true", help="leave out git log -S: it is slow"
    )
    parser.add_argument("-v", action="store_true", help="a line per question, on stderr")
    arguments = parser.parse_args()
    by_repo: dict[str, list[Row]] = defaultdict(list)
    for line in _LABELS.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not arguments.repo or row["repo"] in arguments.repo:
            by_repo[row["repo"]].append(row)
    print(f"{'history':28} {'n':>3}", *(f"{c:>7}" for c in COLUMNS), f"{'keys':>5} {'cpu s':>6}")
    every: list[dict[str, Any]] = []
    for repo, labelled in by_repo.items():
        size = min(arguments.sample or len(labelled), len(labelled))
        rows = random.Random(arguments.seed).sample(labelled, size)
        marks = []
        for row in rows:
            marks.append(measured(arguments.mirrors / repo / "repo", row, arguments.no_pickaxe))
            if arguments.v:
                shown(row, marks[-1])
        print(line_of(repo, marks), flush=True)
        every += marks
    print(line_of("all", every))
    counts = Counter(c for mark in every for c in COLUMNS if c in mark)
    print(f"{'questions':28} {'':>3}", *(f"{counts[c]:7}" for c in COLUMNS))
    for word in ("sure", "likely", "unsure"):
        rights = [bool(m.get("key")) for m in every if m["confidence"] == word]
        print(f"{word}: {len(rights)} answers, {sum(rights) / max(1, len(rights)):.0%} right")


def measured(path: Path, row: Row, no_pickaxe: bool) -> dict[str, Any]:
    """What came of one question: a mark per column that applies, and what `shown` prints."""
    asked(path, row)
    before = processor()
    answer, failed = asked(path, row)
    seconds = processor() - before
    confidence = answer.confidence if answer else "none"
    mark: dict[str, Any] = {
        "confidence": confidence,
        "seconds": seconds,
        "keys": len(answer.key_commits) if answer and answer.key_commits else None,
        "reading": answer.reading if answer else failed,
        "lead": answer.lead if answer else "",
        "named": [k[:12] for k in answer.key_commits] if answer else [],
        "near": [c.commit[:12] for c in answer.candidates[:_HITS]] if answer else [],
    }
    refused = any(g.what == "the question" for g in answer.gaps) if answer else False
    absent = failed.startswith("UnknownSymbol") or (answer is not None and _absent(answer))
    if row["expect"] == "wrong-premise":
        return mark | {"premise": refused or absent}
    if row["expect"] == "absent":
        return mark | {"absent": absent}
    if row["expect"] == "nothing":
        return mark | {"nothing": confidence == "none"}
    named = answer.key_commits if answer else ()
    near = [c.commit for c in answer.candidates] if answer else []
    mark |= {
        "key": right(row, named, row["also"]),
        "strict": right(row, named, ()),
        "first": bool(near) and alike(row, near[0]) in keys(row),
        "five": held(row, near),
        "grep5": held(row, grepped(path, row)),
        "denied": confidence == "none",
    }
    if not no_pickaxe:
        mark["-S5"] = held(row, pickaxed(path, row))
    if row["reason"] is not None:
        mark["reason"] = answer is not None and reasoned(row, answer)
    return mark


def asked(path: Path, row: Row) -> tuple[Answer | None, str]:
    """The answer, or the fault instead of it; what is no fault of the tool's own is a crash."""
    with minekvm.open(path) as clone:
        try:
            return clone.why(row["question"], rev=row.get("rev", "HEAD"), candidates=True), ""
        except minekvm.MinekvmError as error:
            return None, f"{type(error).__name__}: {error}"
        except Exception as error:  # a crash is a figure here, not the end of it
            print(f"{row['id']}: CRASH {type(error).__name__}: {error}", file=sys.stderr)
            return None, f"CRASH {type(error).__name__}"


def processor() -> float:
    """The processor time of this process and of those it waited for, in seconds."""
    used = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


# --- marks


def _absent(answer: Answer) -> bool:
    return any("nothing in this history has" in gap.why for gap in answer.gaps)


def alike(row: Row, commit: str) -> str:
    """A commit, or the first of the group that carries the same patch."""
    return next((min(group) for group in row["same"] if commit in group), commit)


def keys(row: Row) -> set[str]:
    """The key commits, one for each group of the same patch."""
    return {alike(row, k) for k in row["key"]}


def right(row: Row, named: Sequence[str], tolerated: Sequence[str]) -> bool:
    """Whether the commits named are all the keys, and nothing else but what is tolerated."""
    found = {alike(row, commit) for commit in named}
    return keys(row) <= found <= keys(row) | {alike(row, t) for t in tolerated}


def held(row: Row, ordered: Sequence[str]) -> bool:
    """Whether the first five have every key, or are keys all five."""
    found = {alike(row, commit) for commit in ordered[:_HITS]} & keys(row)
    return len(found) >= min(_HITS, len(keys(row)))


def reasoned(row: Row, answer: Answer) -> bool:
    """Whether the first reason told of the labelled commit has one of the label's lines."""
    label, (first, last) = row["reason"], row["reason"]["lines"]
    for claim in answer.claims:
        if claim.part == "reason" and alike(row, claim.commit) == alike(row, label["commit"]):
            places = (c.place for c in claim.citations if isinstance(c.place, MessagePlace))
            return any(p.first <= last and p.last >= first for p in places)
    return False


# --- git's own searches


def grepped(path: Path, row: Row) -> list[str]:
    """The newest commits whose message has the question's names, or its words where it has none."""
    found = names(row["question"]) or contents(row["question"])
    patterns = [f"--grep={word}" for word in found]
    return hits(path, "-F", "-i", "--all-match", *patterns) if patterns else []


def pickaxed(path: Path, row: Row) -> list[str]:
    """The newest commits that changed how often C code has the longest name of the question."""
    found = names(row["question"])
    return hits(path, f"-S{max(found, key=len)}", "--", "*.c", "*.h") if found else []


def names(question: str) -> list[str]:
    """The words of a question that are written as code writes names."""
    return list(dict.fromkeys(w for w in words(question) if is_name(w)))


def contents(question: str) -> list[str]:
    """The longest words of a question that say something."""
    some = dict.fromkeys(w for w in words(question) if w.lower() not in STOPWORDS)
    return sorted(some, key=len, reverse=True)[:_WORDS]


def hits(path: Path, *arguments: str) -> list[str]:
    """The first five commits that git finds."""
    command = ["git", "-C", str(path), "log", "--no-merges", "--format=%H", f"-{_HITS}"]
    return subprocess.check_output([*command, *arguments], text=True).split()


# --- what is printed


def line_of(name: str, marks: Sequence[Mapping[str, Any]]) -> str:
    """A line of the table."""
    cells = []
    for column in COLUMNS:
        values = [bool(m[column]) for m in marks if column in m]
        cells.append(f"{sum(values) / len(values):7.0%}" if values else f"{'-':>7}")
    counts = [m["keys"] for m in marks if m["keys"] is not None]
    average = f"{statistics.fmean(counts):5.1f}" if counts else f"{'-':>5}"
    seconds = statistics.median(m["seconds"] for m in marks) if marks else 0.0
    return " ".join((f"{name:28} {len(marks):3}", *cells, average, f"{seconds:6.2f}"))


def shown(row: Row, mark: Mapping[str, Any]) -> None:
    """Tell what came of a question."""
    for line in _told(row, mark):
        print(line, file=sys.stderr)


def _told(row: Row, mark: Mapping[str, Any]) -> Iterator[str]:
    good = [c for c in COLUMNS if mark.get(c)]
    bad = [c for c in COLUMNS if c in mark and not mark[c]]
    yield f"{row['id']} [{row['kind']}, {row['expect']}] {row['question']}"
    yield f"    {mark['reading']}  ({mark['confidence']}, {mark['seconds']:.2f} s)"
    yield f"    yes: {' '.join(good)}   no: {' '.join(bad)}"
    yield f"    key {[k[:12] for k in row['key']]}, named {mark['named']}, first {mark['near']}"
    yield f"    {mark['lead'][:300]}"


if __name__ == "__main__":
    main()
