"""What words of a question mean in a clone."""

from __future__ import annotations

from dataclasses import dataclass

from minekvm.analyses.why.facts import Facts
from minekvm.core.why.words import STOPWORDS, stem

_SHORTEST = 3  # letters of a word that may be the name of a folder or file, or of code
_OFTEN, _SHARE = 20, 0.003  # messages with a word, and their share, above which it is English
_FORMS = 3  # messages with other forms of a word, and no fewer than have it itself: it is English


@dataclass(frozen=True, slots=True)
class Words:
    """A vocabulary of a clone's code, tree and tags."""

    facts: Facts

    def is_symbol(self, word: str) -> bool:
        """Whether a plain word is the name of a function or macro, or was one."""
        if len(word) < _SHORTEST or word.lower() in STOPWORDS or "-" in word:
            return False
        index = self.facts.clone.index
        spoken = index.speaking(word)
        if spoken > max(_OFTEN, self.facts.extent.size * _SHARE):
            return False
        if self.facts.extent.partial is not None:  # else every word of a question is followed
            return bool(self.facts.clone.history.standing([word], self.facts.rev))
        inflected = index.speaking(f"{stem(word)}*") - spoken
        return inflected <= max(_FORMS, spoken) and bool(self.facts.changing(word))

    def is_code(self, word: str) -> bool:
        """Whether a word stands in code here, be it English too."""
        if len(word) >= _SHORTEST and self.facts.extent.partial is not None:
            return bool(self.facts.clone.history.trees.files_naming([word], self.facts.rev))
        return len(word) >= _SHORTEST and bool(self.facts.changing(word))

    def is_place(self, word: str) -> bool:
        """Whether a word is the name of a folder, or of a file without its suffix."""
        low = word.lower().replace("-", "_")
        return len(word) >= _SHORTEST and self.facts.is_place(low)

    def is_path(self, word: str) -> bool:
        """Whether a word with slashes is, or was, part of a path; one with a suffix is a file's."""
        if "." in word.rsplit("/", 1)[-1] or "*" in word:
            return True
        whole = f"/{word.strip('/').lower()}/"
        return any(whole in f"/{path.lower()}/" for path in self.facts.paths)

    def is_release(self, word: str) -> bool:
        """Whether a word names a tag."""
        return self.facts.release(word) is not None
