"""The parts of a report: each takes an open clone and a story, and gives rows for the document.

`parts` has the nouns, a module each builds one section, `SECTIONS` in `minekvm.report` lists them.
"""
