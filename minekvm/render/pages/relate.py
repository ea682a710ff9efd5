"""Relations, paths and origins for a reader at a terminal; for a pipe one record a line, whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from minekvm.core.model import CommitId
from minekvm.render import text
from minekvm.render.pages import evidence
from minekvm.render.terminal import LABEL, LEAST, Page, Piece

if TYPE_CHECKING:
    from minekvm.core.origins.ranking import Origins
    from minekvm.core.relate.paths import Connected, Step
    from minekvm.core.relate.relations import About, Citation, Related, Relation, Unresolved

_FIRST = 15  # of a group, at a terminal
_REASON = 3  # lines of a reason, at a terminal
_SUBJECT = 3  # lines of the subject asked about, at a terminal
_LOUD = "bold red"


def related(found: Related, *, verbose: bool = False) -> None:
    """Print what ties a commit to others, strongest first, with the words that say so."""
    page = Page()
    sheet = _Sheet(page, found.commits, found.unresolved, verbose)
    sheet.heading(found.commit)
    page.paragraph(evidence.tally(found))
    lost = evidence.lone(found)
    if found.relations or lost or found.people or found.links:
        page.line()
    for group in evidence.groups(found.relations):
        sheet.title(group.title, len(group.relations))
        # What no one said has its rule below the last of several that share it.
        for rule, run in groupby(
            group.relations[: sheet.most], key=lambda r: "" if r.citation else r.rule
        ):
            sheet.relations(group.label, list(run), shared=bool(rule))
        sheet.more(len(group.relations))
    sheet.title("Mentioned but not found", len(lost))
    for unresolved in lost[: sheet.most]:
        sheet.unresolved(unresolved)
    sheet.more(len(lost))
    sheet.people(found.people)
    sheet.title("Links", len(found.links))
    for link in found.links[: sheet.most]:
        at = evidence.place(found.commit, link.first, link.last)
        rule = f"  [{text.safe(link.rule)}]" if verbose else ""
        address = text.safe(link.target) or evidence.told(link.quote)
        page.line(sheet.label("link"), (address, ""), (f"  {at}{rule}", "dim"))
    sheet.more(len(found.links))
    page.gaps(found.gaps)
    page.show()


def connected(found: Connected, *, verbose: bool = False) -> None:
    """Print the paths that connect two commits, the best first, or that there are none."""
    page = Page()
    sheet = _Sheet(page, found.commits, (), verbose)
    for commit in dict.fromkeys((found.start, found.goal)):
        sheet.heading(commit)
    if found.start == found.goal:
        page.line(("they are one commit", ""))
    elif not found.paths:
        page.line((evidence.NOTHING, "bold"))
    else:
        page.line((text.count(len(found.paths), "path") + ", the best first", ""))
        for number, path in enumerate(found.paths, 1):
            page.line()
            sheet.path(number, path)
    page.gaps(found.gaps)
    page.show()


def origins(found: Origins, *, verbose: bool = False) -> None:
    """Print the commits that one comes from, ranked, with the reasons."""
    page = Page()
    sheet = _Sheet(page, found.commits, (), verbose)
    sheet.heading(found.commit)
    size = text.count(len(found.candidates), "candidate")
    page.line((f"{size}, the likeliest first" if found.candidates else "no origin found", ""))
    if found.candidates:
        page.line()
    wide = len(str(len(found.candidates)))
    for number, candidate in enumerate(found.candidates, 1):
        left = f"{number:>{wide}}  {candidate.score:.2f}  "
        reasons = [
            text.safe(r.text) + (f"  [{text.safe(r.rule)}]" if verbose else "")
            for r in candidate.reasons
        ]
        row = sheet.row(candidate.commit, (left, ""))
        if page.width is None:
            page.line(*row, (f"  {'; '.join(reasons)}" if reasons else "", ""))
            continue
        page.line(*row)
        room = max(2 * LEAST, page.width - len(left) - 2)
        for reason in reasons:
            lines = page.wrapped(page.clipped(reason, _REASON * room).split(), room)
            for i, line in enumerate(lines):
                page.line((" " * len(left) + "  " * (i > 0) + line, "dim"))
    page.gaps(found.gaps)
    page.show()


class _Sheet:
    """Writes commits and what says so; at a terminal under titles, in a pipe behind labels."""

    def __init__(
        self,
        page: Page,
        commits: Mapping[CommitId, About],
        unresolved: Sequence[Unresolved],
        verbose: bool,
    ) -> None:
        self.page, self.commits, self.verbose = page, commits, verbose
        self.lost = unresolved
        self.most = None if page.width is None else _FIRST

    # --- parts

    def heading(self, commit: CommitId) -> None:
        """Hash, date and author; the subject in a line of its own."""
        about = self.commits.get(commit)
        if about is None:
            self.page.line((commit[:12], "yellow"))
            return
        page, width = self.page, self.page.width or 0
        when = f"  {about.authored[:10]}  "
        by = page.clipped(text.author(about), max(LEAST, width - 12 - len(when)))
        page.line((commit[:12], "yellow"), (when + by, ""))
        page.line((page.clipped(text.safe(about.subject), _SUBJECT * width), "bold"))

    def title(self, title: str, number: int) -> None:
        """A group's heading, at a terminal."""
        if self.page.width is not None and number:
            self.page.line((title, "bold"), (f" ({number})", "dim"))

    def label(self, label: str) -> Piece:
        """What begins a record in a pipe, an indent at a terminal."""
        return ("  ", "") if self.page.width is not None else (f"{label:<{LABEL}}", "")

    def more(self, number: int) -> None:
        """What of a group is not shown."""
        if self.most is not None and number > self.most:
            self.page.line((f"  and {number - self.most} more (--json has all)", "dim"))

    def row(self, commit: CommitId, *left: Piece, here: bool = True) -> list[Piece]:
        """A commit as hash, date and subject, cut to the width."""
        page, about = self.page, self.commits.get(commit)
        if about is None:
            absent = evidence.NOT_HERE if not here else "not in the index"
            return [*left, (commit[:12], "yellow"), (f"  {absent}", "")]
        when = f"  {about.authored[:10]}  "
        used = sum(page.cells(t) for t, _ in left) + 12 + len(when)
        subject = page.clipped(text.safe(about.subject), max(LEAST, (page.width or 0) - used))
        return [*left, (commit[:12], "yellow"), (when, ""), (subject, "")]

    def quote(self, citation: Citation, before: str = "", indent: int = 4) -> str:
        """Quoted words and their place, with the hash in sight that they are about."""
        page, said = self.page, evidence.told(citation.quote)
        at = evidence.place(citation.commit, citation.first, citation.last)
        if page.width is not None:
            room = page.width - indent - len(before) - len(at) - 4
            room = max(LEAST, room)
            skipped = evidence.skipped(said, room)
            said = page.clipped(page.ellipsis * bool(skipped) + said[skipped:], room)
        return f'{before}"{said}"  {at}'

    # --- relations

    def relations(self, label: str, run: Sequence[Relation], shared: bool) -> None:
        """Rows with what says so; a rule that several share stands once below them."""
        if self.page.width is None:
            for relation in run:
                row = self.row(relation.other, self.label(label), here=relation.here)
                self.page.line(*row, *self.beside(relation))
            return
        for i, relation in enumerate(run, 1):
            self.page.line(*self.row(relation.other, ("  ", ""), here=relation.here))
            if not shared or len(run) == 1:
                self.below(relation, 4)
            elif i == len(run):
                rule = f"these {len(run)}: {text.safe(relation.rule)}"
                self.page.line(("    ", ""), (self.page.clipped(rule, self.page.width - 4), "dim"))

    def beside(self, relation: Relation) -> Iterator[Piece]:
        """What says so, in a pipe: on the same line."""
        way, citation = evidence.way(relation), relation.citation
        ruled = evidence.ruled(relation)
        if ruled:
            yield f"  {text.safe(relation.rule)}", ""
        if citation is not None:
            yield f"  {self.quote(citation, way)}", ""
        if self.verbose and not ruled:
            yield f"  [{text.safe(relation.rule)}]", ""
        wrong = evidence.mistake(relation, self.lost, self.commits)
        yield f"  ! {wrong}" if wrong else "", ""

    def below(self, relation: Relation, indent: int) -> None:
        """What says so, at a terminal: in lines of its own."""
        page, citation = self.page, relation.citation
        assert page.width is not None
        left, room = (" " * indent, ""), max(LEAST, page.width - indent)
        ruled = evidence.ruled(relation)
        wrong = evidence.mistake(relation, self.lost, self.commits)
        if wrong:
            page.line(left, (page.clipped(f"! {wrong}", room), _LOUD))
        if ruled:
            at = ""
            if citation is not None:
                at = f"  {evidence.place(citation.commit, citation.first, citation.last)}"
            rule = page.clipped(text.safe(relation.rule), max(LEAST, room - len(at)))
            page.line(left, (rule + at, "dim"))
        if citation is not None and (self.verbose or not ruled):
            page.line(left, (self.quote(citation, evidence.way(relation), indent), "dim"))
        if self.verbose and not ruled:
            rule = page.clipped(f"rule: {text.safe(relation.rule)}", room)
            page.line(left, (rule, "dim italic"))

    def unresolved(self, lost: Unresolved) -> None:
        """A mention that led to no commit: its hash or subject, why, and its words."""
        page, mention = self.page, lost.mention
        why = evidence.why(lost, self.commits)
        hash_ = text.safe(mention.hash[:12]) or "no hash"
        said = f'"{text.safe(mention.subject)}"' if mention.subject else text.safe(mention.target)
        rule = f"[{text.safe(mention.rule)}]" if self.verbose else ""
        if page.width is None:
            parts = [f"{hash_:<12}", why, said, self.quote(lost.citation), rule]
            page.line(self.label("not found"), ("  ".join(p for p in parts if p), ""))
            return
        loud = lost.resolution.outcome == "wrong subject"
        page.line(
            ("  ", ""),
            (f"{hash_:<12}  ", "yellow"),
            ("! " if loud else "", _LOUD),
            (page.clipped(why, max(LEAST, page.width - 18)), _LOUD if loud else ""),
        )
        if said:
            page.line(("    ", ""), (page.clipped(said, page.width - 4), ""))
        page.line(("    ", ""), (self.quote(lost.citation), "dim"))
        if rule:
            page.line(
                ("    ", ""), (page.clipped(f"rule: {rule[1:-1]}", page.width - 4), "dim italic")
            )

    def people(self, people: Sequence[tuple[str, str]]) -> None:
        """Who is named, one line for each role; in a pipe one for each name."""
        page, roles = self.page, evidence.role_groups(people)
        self.title("People", len(people))
        for role, names in roles:
            if page.width is None:
                for who in names:
                    page.line((f"{text.safe(role):<{LABEL}}", ""), (text.safe(who), ""))
                continue
            label = page.clipped(f"  {text.safe(role)}", LABEL + 4)
            room = max(2 * LEAST, page.width - LABEL - 8)
            whole = [f"{page.clipped(text.safe(who), room - 1)}," for who in names]
            whole[-1] = whole[-1][:-1]
            for i, line in enumerate(page.wrapped(whole, room)):
                page.line((page.padded(label * (i == 0), LABEL + 6), ""), (line, ""))

    # --- paths

    def path(self, number: int, path: Sequence[Step]) -> None:
        """A path, each step with what says so."""
        page = self.page
        if page.width is None:
            for i, step in enumerate(path, 1):
                done = f"{number}.{i}  {step.source[:12]} {evidence.verb(step.relation)} "
                page.line(*self.row(step.relation.other, (done, "")), *self.beside(step.relation))
            return
        page.line((f"path {number}", "bold"), (f", {text.count(len(path), 'step')}", "dim"))
        page.line(*self.row(path[0].source, ("  ", "")))
        for step in path:
            page.line((f"  {page.arrow} ", ""), (evidence.verb(step.relation), "bold cyan"))
            self.below(step.relation, 4)
            page.line(*self.row(step.relation.other, ("  ", "")))
