"""The parts of a report: each takes an open clone and a story, and gives its answers.

`parts` says what a part is, a module each builds one, `report` puts them together.
"""
