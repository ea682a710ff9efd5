"""The steps of a report, as whoever waits for it hears them."""

from __future__ import annotations

import re
from itertools import pairwise

import minekvm
from minekvm.api.report import written_request
from support.repos import Repo

STORY = """
title = "t"
symbols = ["f"]
callers = ["g"]
questions = ["why did f change?"]
commits = ["HEAD"]
"""


def test_a_report_says_which_step_of_how_many_is_under_way(repo: Repo) -> None:
    repo.commit("start", {"a.c": "void g(void)\n{\n}\n\nvoid f(void)\n{\n\tg();\n}\n"})
    repo.commit("change f", {"a.c": "void g(void)\n{\n}\n\nvoid f(void)\n{\n\tg();\n\tg();\n}\n"})
    said: list[str] = []
    with minekvm.open(repo.path, progress=lambda step, done=0, total=0: said.append(step)) as clone:
        clone.report_for(written_request(STORY, "s.toml"))
    steps = [int(found[1]) for step in said if (found := re.match(r"step (\d) of 6: \w", step))]
    assert {1, 3, 4, 5, 6} <= set(steps)
    assert all(a <= b for a, b in pairwise(steps))
