"""Draws the commits that the labels in this folder are about; none is chosen by hand.

In: a folder of bare clones named OWNER+NAME/repo, and the tips below. Out: ``sample.jsonl``, the
messages of which the sentences that say why are labelled (reasons-a.jsonl, reasons-b.jsonl),
``plain.jsonl``, the same whatever their length, and those that are a subject alone
(reasons-c.jsonl), and ``drawn.jsonl``, the commits from which the questions in questions.jsonl were
formed. The same
clones and the same seed give the same lists: all commits reachable from the tip, no merges, sorted
by hash, shuffled, taken in turn where they fit. A clone that lacks its tip ends the run.

    python benchmarks/why/sample.py FOLDER
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

SEED = 20131127
MESSAGES = 44
PLAIN = 20
BARE, LOOKED_AT = 16, 1500
QUESTIONS = 40
STRUCTURAL = 20
# The most files and changed lines of a commit drawn for a question: mass edits of licences and
# indentation touch functions without a question about any of them.
MOST_FILES = 40
MOST_LINES = 1500

TIPS = {
    "randoruf+OpenCloudOS-Kernel": "96d65459c0e883e4a1a6fb7a2ad5f05b585219a5",
    "git+git": "1a3e64c6c4a623626ff0687008732a8e007e2a1c",
    "u-boot+u-boot": "6073c36b2c8d39afe3ecc789b281667a3ddebc70",
    "DPDK+dpdk": "38f72e500b3b159eca3ba2f4ca0e46a26a7cb057",
    "openvswitch+ovs": "d6a632a9b16e5dca2e51eefded3a545e68ea6ba3",
    "vim+vim": "b3526a91b82779c2d9e2f3ca330039143cc36862",
    "GNOME+glib": "c2237ff1cb0077619538109be177cff8b203e691",
    "linux-rdma+rdma-core": "691953d8d502f54088f776c5ba2aeed0a5ac945d",
}
# Histories of which only messages were labelled.
FURTHER_TIPS = {
    "iproute2+iproute2": "ee2a4a86625688d8c2b468ec15d7ae35a4f5717f",
    "barebox+barebox": "dd1d839c2c32a9dfb3fff919bad4570953137ab7",
    "kvm-unit-tests+kvm-unit-tests": "1da1819e49fc4938985edca67df669099b4c87a7",
}
EVERY_TIP = TIPS | FURTHER_TIPS

HERE = Path(__file__).parent
TRAILER = re.compile(r"^(?:\(cherry picked|\[[\w .@]+:|[A-Z][A-Za-z]+(?:-[A-Za-z]+)*:\s)")
NO_WORDS = re.compile(rf"{TRAILER.pattern}|\s|(?:https?|git-svn-id|svn path)\b")
SENTENCE = re.compile(r"[.!?][\"')\]]*(?:\s|$)")
# Random commits are mostly fixes: a second draw takes subjects that tell of a move or a lock.
STRUCTURE = re.compile(
    r"\b(mov|renam|split|inline|lock|instead|before|after|revert|replac|extract|factor|export|static"
    r"|drop|get rid|turn|merge|unify|out of|reorder|guard|public|private|convert|switch to)",
    re.IGNORECASE,
)
HUNK = re.compile(r"^@@ .* @@ .*\(", re.MULTILINE)


def git(folder: Path, history: str, *arguments: str) -> str:
    """What git prints, undecodable bytes replaced; an error of git's ends the run."""
    command = ["git", f"--git-dir={folder / history / 'repo'}", *arguments]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return printed.decode("utf-8", "replace")


def sentences(message: str) -> int:
    """How many sentences the body of a message has, trailers and indented lines aside."""
    lines = message.split("\n")[1:]
    prose = [
        line for line in lines if not TRAILER.match(line) and not line.startswith(("\t", "  "))
    ]
    return len(SENTENCE.findall("\n".join(prose)))


def sizes(numstat: str) -> tuple[int, int, bool]:
    """Of ``--numstat`` lines: files, changed lines, whether any is a C source or header."""
    rows = [line.split("\t") for line in numstat.split("\n") if line.count("\t") == 2]
    changed = sum(int(count) for row in rows for count in row[:2] if count.isdigit())
    return len(rows), changed, any(row[2].endswith((".c", ".h")) for row in rows)


def numstat_of(folder: Path, history: str, commit: str) -> str:
    """The files and changed lines of a commit, as git counts them."""
    return git(folder, history, "show", "-M", "--numstat", "--format=", commit)


def shuffled(folder: Path, history: str, purpose: str) -> Iterator[str]:
    """The commits of a history in the order of the draw."""
    commits = sorted(git(folder, history, "rev-list", "--no-merges", EVERY_TIP[history]).split())
    random.Random(f"{SEED} {purpose} {history}").shuffle(commits)
    return iter(commits)


def draw_messages(
    folder: Path, history: str, purpose: str = "messages", most: int = MESSAGES, least: int = 2
) -> list[str]:
    """Commits to C code whose body has at least two sentences, or as many as are given."""
    drawn: list[str] = []
    for commit in shuffled(folder, history, purpose):
        printed = git(folder, history, "show", "-M", "--numstat", "--format=%B%x00", commit)
        message, _, numstat = printed.partition("\0")
        if sizes(numstat)[2] and sentences(message) >= least:
            drawn.append(commit)
        if len(drawn) == most:
            break
    return drawn


def draw_plain(folder: Path, history: str) -> list[str]:
    """Commits to C code, whatever their messages."""
    return draw_messages(folder, history, "plain", PLAIN, 0)


def draw_bare(folder: Path, history: str) -> list[str]:
    """Commits to C code whose message is a subject, but for trailers and lines set off."""
    drawn: list[str] = []
    for commit in islice(shuffled(folder, history, "bare"), LOOKED_AT):
        printed = git(folder, history, "show", "-M", "--numstat", "--format=%B%x00", commit)
        message, _, numstat = printed.partition("\0")
        said = [
            line for line in message.strip().split("\n")[1:] if line and not NO_WORDS.match(line)
        ]
        if sizes(numstat)[2] and not said:
            drawn.append(commit)
        if len(drawn) == BARE:
            break
    return drawn


def draw_questions(folder: Path, history: str) -> list[str]:
    """Commits that changed the inside of a C function, mass edits left out."""
    drawn: list[str] = []
    for commit in shuffled(folder, history, "questions"):
        files, changed, is_c = sizes(
            git(folder, history, "show", "-M", "--numstat", "--format=", commit)
        )
        if not is_c or files > MOST_FILES or changed > MOST_LINES:
            continue
        patch = git(folder, history, "show", "-M", "-U0", "--format=", commit, "--", "*.c", "*.h")
        if HUNK.search(patch):
            drawn.append(commit)
        if len(drawn) == QUESTIONS:
            break
    return drawn


def draw_structural(folder: Path, history: str) -> list[str]:
    """The same, of commits whose subject tells of a move, a rename, a lock and the like."""
    printed = git(folder, history, "log", "--no-merges", "--format=%H %s", TIPS[history])
    subjects = dict(line.split(" ", 1) for line in printed.split("\n") if " " in line)
    wanted = [
        commit
        for commit in shuffled(folder, history, "structural")
        if STRUCTURE.search(subjects.get(commit, ""))
    ]
    drawn: list[str] = []
    for commit in wanted:
        files, changed, is_c = sizes(
            git(folder, history, "show", "-M", "--numstat", "--format=", commit)
        )
        if is_c and files <= MOST_FILES and changed <= MOST_LINES:
            drawn.append(commit)
        if len(drawn) == STRUCTURAL:
            break
    return drawn


def write(path: Path, rows: list[tuple[str, str]]) -> None:
    """One JSON object a line: history and commit."""
    lines = [json.dumps({"repo": history, "commit": commit}) for history, commit in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(folder: Path) -> None:
    """Draws the lists and writes them beside this script."""
    messages = [(history, commit) for history in TIPS for commit in draw_messages(folder, history)]
    write(HERE / "sample.jsonl", messages)
    plain = [
        (history, commit)
        for draw in (draw_plain, draw_bare)
        for history in EVERY_TIP
        for commit in draw(folder, history)
    ]
    write(HERE / "plain.jsonl", list(dict.fromkeys(plain)))
    draws = (draw_questions, draw_structural)
    questions = [
        (history, commit) for history in TIPS for draw in draws for commit in draw(folder, history)
    ]
    write(HERE / "drawn.jsonl", questions)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
