"""Whether the quotes of an answer stand where it says, as git shows the place."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

from minekvm.core.why.model import Answer, FilePlace, MessagePlace


def assert_quotes_stand(clone: Path, answer: Answer) -> None:
    """Every claim is cited, and every quote is found verbatim in the lines of its place."""
    for claim in answer.claims:
        assert claim.citations
        for citation in claim.citations:
            place = citation.place
            if isinstance(place, MessagePlace):
                text = _git(clone, "log", "-1", "--encoding=UTF-8", "--format=%B", citation.commit)
            else:
                assert isinstance(place, FilePlace)
                text = _git(clone, "show", f"{citation.commit}:{place.path}")
            lines = text.split("\n")[place.first - 1 : place.last]
            assert len(lines) == place.last - place.first + 1
            assert citation.quote.strip()
            assert citation.quote in "\n".join(lines), citation


@lru_cache(maxsize=1000)
def _git(clone: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", f"--git-dir={clone}", *arguments], capture_output=True, check=True
    )
    try:
        return done.stdout.decode()
    except UnicodeDecodeError:
        return done.stdout.decode("latin-1")
