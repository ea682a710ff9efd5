"""Which candidates answer: one, or all of a list."""

from __future__ import annotations

import pytest

from minekvm.core.model import CommitId
from minekvm.core.why.candidate import Candidate, Weighed
from minekvm.core.why.confidence import chosen
from minekvm.core.why.ranking import covered
from minekvm.core.why.reading import read
from minekvm.core.why.taken_back import taken_back


def candidates(*scores: float) -> list[Candidate]:
    found = [Candidate(CommitId(f"{n:040x}")) for n in range(len(scores))]
    for candidate, score in zip(found, scores, strict=True):
        candidate.plain = score
    return found


@pytest.mark.parametrize(
    ("question", "scores", "many"),
    [
        ("why did f_f stop calling go_in", (9.0, 8.9, 8.8), 1),
        ("why did f_f call all of it in the place of g_g", (9.0, 8.9, 8.8), 1),
        ("which functions stopped calling go_in", (9.0, 8.9, 8.8, 4.0, 3.9), 3),
        ("which functions stopped calling go_in", (9.0, 5.0, 4.8, 2.0), 3),
        ("why was go_in reverted and applied again", (9.0, 8.5, 3.0), 2),
        ("which functions stopped calling go_in", (9.0,), 1),
    ],
)
def test_a_list_ends_at_the_first_gap(question: str, scores: tuple[float, ...], many: int) -> None:
    (reading,) = read(question)
    found = chosen(reading, candidates(*scores), 24)
    assert [int(c.commit, 16) for c in found] == list(range(many))


def test_how_much_of_a_question_a_commit_has() -> None:
    weighed = Weighed({"go_in": 6.0}, {"lock": 3.0, "modem": 9.0})
    told = Candidate(CommitId("1" * 40), message="area: take the lock\n\nBefore go_in().\n")
    assert covered(weighed, told) == pytest.approx(0.5)
    assert covered(weighed, Candidate(CommitId("2" * 40), message="area: modems\n")) == 0.5
    assert covered(weighed, Candidate(CommitId("3" * 40), message="area: else\n")) == 0.0


@pytest.mark.parametrize(
    ("question", "titles", "chosen_ones"),
    [
        ("why was it taken away and put back", ["use it", 'Revert "use it"', "other"], [1]),
        (
            "why was it taken away and put back",
            ['Revert "use it"', "use it", 'Revert "Revert "use it""'],
            [0, 2],
        ),
        (
            "why was it applied, reverted and applied again",
            ["use it", 'Revert "use it"', 'Reapply "use it"', "other"],
            [0, 1, 2],
        ),
    ],
)
def test_what_was_taken_back_and_applied_again(
    question: str, titles: list[str], chosen_ones: list[int]
) -> None:
    (reading,) = read(f"{question}, f_f")
    every = candidates(*(9.0 - n for n in range(len(titles))))
    for candidate, title in zip(every, titles, strict=True):
        candidate.title = title
    found = taken_back(reading, every)
    assert [int(c.commit, 16) for c in found] == (chosen_ones if len(chosen_ones) > 1 else [])
