"""Discussions and the state of the mail index for a reader at a terminal; for a pipe, whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minekvm.render import text
from minekvm.render.pages import threads_text as words
from minekvm.render.terminal import LEAST, Page

if TYPE_CHECKING:
    from minekvm.adapters.index.mail_rows import Held, Indexed
    from minekvm.core.mail.model import Remark, Reply, Thread, Version

_FUNCTIONS = 4  # of a difference, at a terminal
_REMARKS = 2  # of a reply, at a terminal
_QUOTED = 2  # lines quoted above a remark, at a terminal
_LINES = 5  # of a remark, at a terminal
_INDENT = 2  # columns a level of replies
_DEEPEST = 8  # levels that are indented


def thread(found: Thread, *, patch: bool = False, verbose: bool = False) -> None:
    """Print what a patch became, its versions, and what was said of them."""
    sheet = _Sheet(found, patch=patch, verbose=verbose)
    sheet.heading()
    sheet.parts()
    sheet.versions()
    sheet.discussion()
    sheet.page.gaps(found.gaps)
    sheet.page.show()


class _Sheet:
    """The parts of a discussion, on a page."""

    def __init__(self, found: Thread, *, patch: bool, verbose: bool) -> None:
        self.page = Page()
        self.found = found
        self.patch = patch
        self.all = verbose or self.page.width is None
        self.verbose = verbose

    def heading(self) -> None:
        """What it became, and how much there is."""
        found, page = self.found, self.page
        page.paragraph(text.safe(found.subject), "bold")
        if found.commit is not None and found.match is not None:
            rule = text.safe(found.match.rule)
            page.line(("commit  ", ""), (found.commit[:12], "yellow"), (f"  {rule}", "dim"))
        elif not found.parts:
            page.line((words.NO_COMMIT, ""))
        for other in found.others if self.all else found.others[:3]:
            said = f"  {other.match.score:.2f} {text.safe(other.match.rule)}"
            subject = text.safe(found.subjects.get(other.commit, ""))
            page.line(("  or    ", ""), (other.commit[:12], "yellow"), (f" {subject}{said}", "dim"))
        page.paragraph(words.size(found))
        for key, value in words.reviews(found):
            page.row(text.safe(key), True, text.safe(value).split())

    def parts(self) -> None:
        """The patches of a series, with the commit that each became."""
        page = self.page
        if self.found.parts:
            page.line()
            page.line(("Patches", "bold"))
        for place, commit, subject in words.parts(self.found):
            left = f"  {place:<7} "
            room = max(LEAST, (page.width or 0) - len(left) - 14)
            shown = (f"{commit or '-':<12}  ", "yellow")
            page.line((left, "cyan"), shown, (page.clipped(subject, room), ""))

    def versions(self) -> None:
        """Each version, and what the next one changed otherwise."""
        page, found = self.page, self.found
        page.line()
        page.line(("Versions", "bold"))
        for version in words.own(found):
            self.version(version)
        copies = words.copies(found)
        if copies:
            names = list(dict.fromkeys(words.label(v.mail) for v in copies))
            shown = f"{text.count(len(copies), 'copy', 'copies')} of it: {', '.join(names)}"
            page.paragraph(f"  {shown}", "dim")

    def version(self, version: Version) -> None:
        """A version with its rule, and the functions that the next one changes otherwise."""
        page, mail, found = self.page, version.mail, self.found
        left = f"  {words.label(mail):<8} {mail.date[:10]:<10}  "
        rule = f"  [{text.safe(version.match.rule)}, {version.match.score:.2f}]"
        if page.width is None:
            subject = f"{text.safe(mail.patch.subject)}  {words.who(mail)}  {text.safe(mail.id)}"
            page.line((f"{left}{subject}{rule}", ""))
        else:
            room = max(LEAST, page.width - len(left))
            page.line((left, "cyan"), (page.clipped(text.safe(mail.patch.subject), room), ""))
            if self.verbose:
                page.line(("      ", ""), (text.safe(mail.id), "dim"), (rule, "dim italic"))
        if not version.changed:
            return
        then = words.successor(found, version)
        page.line((f"      {then}: {words.amount(version.changed)}", "dim"))
        most = len(version.changed) if self.all or self.patch else _FUNCTIONS
        for difference in version.changed[:most]:
            counts = f"-{len(difference.gone)} +{len(difference.come)}"
            page.line((f"        {counts:<8} {words.where(difference)}", "dim"))
            if self.patch:
                self.lines(difference.gone, "gone", "red")
                self.lines(difference.come, "new ", "green")
        rest = len(version.changed) - most
        if rest > 0:
            page.line((f"        and {rest} more: -p shows them", "dim"))

    def lines(self, some: Sequence[str], label: str, style: str) -> None:
        """Lines of a diff that only one of two versions has."""
        for line in some:
            shown = "\t".join(text.safe(part) for part in line.split("\t"))
            self.page.line((f"          {label} ", "dim"), (shown.expandtabs(4), style))

    def discussion(self) -> None:
        """The replies, below the version that each belongs to."""
        page = self.page
        for version, replies in words.by_version(self.found):
            if version.mail.tree and not self.all and not any(r.remarks for r in replies):
                continue  # a robot's word that the copy was taken
            page.line()
            subject = text.safe(version.mail.patch.subject)
            title = f"On {words.label(version.mail)}: {subject}"
            page.line((page.clipped(title, page.width or 0), "bold"))
            for reply in replies:
                self.reply(reply)

    def reply(self, reply: Reply) -> None:
        """Who answered when, what to, and in which words."""
        page = self.page
        indent = " " * (_INDENT * (1 + min(reply.depth, _DEEPEST)))
        mail = reply.mail
        about = "  (on the series)" if reply.about == "series" and not reply.depth else ""
        given = "".join(f"  {text.safe(key)}" for key, _ in reply.trailers)
        address = f"  {text.safe(mail.id)}" if self.all else ""
        page.line(
            (f"{indent}{words.who(mail)}", "cyan"),
            (f"  {mail.date[:10]}{about}", "dim"),
            (given, "green"),
            (address, "dim"),
        )
        most = len(reply.remarks) if self.all else _REMARKS
        before: tuple[str, ...] = ()
        for remark in reply.remarks[:most]:
            self.remark(remark, f"{indent}  ", quoted=remark.about != before)
            before = remark.about
        rest = len(reply.remarks) - most
        if rest > 0:
            page.line((f"{indent}  ({text.count(rest, 'more paragraph')}: -v)", "dim"))

    def remark(self, remark: Remark, indent: str, *, quoted: bool) -> None:
        """The answer, below the lines that are answered if they are to be quoted."""
        page = self.page
        about = remark.about if self.all else remark.about[-_QUOTED:]
        room = max(2 * LEAST, (page.width or 0) - len(indent) - 2)
        for line in about if quoted else ():
            shown = text.safe(line.expandtabs(4).rstrip())
            page.line((f"{indent}> ", "dim"), (page.clipped(shown, room), "dim"))
        if page.width is None:
            at = f"  [{remark.first}-{remark.last}]"
            page.line((f"{indent}{text.safe(' '.join(remark.quote.split()))}{at}", ""))
            return
        lines = page.wrapped(text.safe(" ".join(remark.quote.split())).split(), room)
        cut = len(lines) > _LINES and not self.all
        for i, line in enumerate(lines[:_LINES] if cut else lines):
            last = cut and i + 1 == _LINES
            page.line((indent, ""), (f"{line} {page.ellipsis}" if last else line, ""))


def indexed(done: Sequence[Indexed]) -> None:
    """Print what indexing did, a line an archive."""
    page = Page()
    for one in done:
        said = f"added {text.count(one.added, 'mail')}"
        said += f", removed {one.removed}" if one.removed else ""
        said += f", {one.refused} could not be taken in" if one.refused else ""
        page.row(one.archive.kind, True, [said, text.safe(str(one.archive.path))])
    if any(one.refused for one in done):
        page.line(("minekvm mail status says why", "dim"))
    page.show()


def status(held: Sequence[Held] | None) -> None:
    """Print what the index has of mail, and what was wrong with what, counted by reason."""
    page = Page()
    if not held:
        page.line(("no mail is indexed: minekvm mail index ARCHIVE", ""))
    for one in held or ():
        page.line((text.safe(str(one.archive.path)), "bold"), (f"  {one.archive.kind}", "dim"))
        total = sum(one.sorts.values())
        sorts = ", ".join(f"{sort} {count:,}" for sort, count in one.sorts.items())
        page.row("  mails", True, [f"{total:,}:", sorts] if sorts else ["none"])
        for reason, kept, count, place in one.flaws:
            label = "  flawed" if kept else "  not taken in"
            example = f"such as {text.safe(place[:16])}"
            page.row(label, True, [f"{count:,}", text.safe(reason), example], "yellow")
    page.show()
