"""Questions that come with minekvm, to be asked of a survey: each a query that DuckDB runs.

The tables are views of the survey's files. `upstream_...` are those of a second survey, where one
question compares two.
"""

from __future__ import annotations

from dataclasses import dataclass

from minekvm.core.survey.tables import NAMES

OTHER = "upstream"  # what the tables of a second survey begin with


@dataclass(frozen=True, slots=True)
class Shipped:
    """A question by its name; `needs_other` where it is about two surveys."""

    name: str
    text: str
    sql: str
    needs_other: bool = False


# Merges tell again what the commits of their sides did.
_PLAIN = """plain AS (
    SELECT events.*, email FROM events JOIN commits USING (commit, position)
    WHERE NOT contains(parents, ' ')
)"""
_BIRTHS = """births AS (
    SELECT lineage, arg_min(email, position) AS born_by
    FROM plain WHERE old_path IS NULL AND lineage IS NOT NULL GROUP BY lineage
)"""

QUESTIONS: tuple[Shipped, ...] = (
    Shipped("most-moved", "the functions that moved or were renamed most often", f"""
WITH {_PLAIN}
SELECT arg_max(new_path, position) AS path, arg_max(new_name, position) AS name,
       count(DISTINCT commit) AS moves, min(year) AS first, max(year) AS last
FROM plain
WHERE kind IN ('moved', 'renamed', 'renamed+moved')
GROUP BY lineage ORDER BY moves DESC, path, name LIMIT 40"""),
    Shipped("moves-between-folders", "how many functions moved from folder to folder, by year", f"""
WITH {_PLAIN}
SELECT year, folder(old_path) AS from_folder, folder(new_path) AS to_folder,
       count(DISTINCT (commit, lineage)) AS functions
FROM plain
WHERE kind IN ('moved', 'renamed+moved') AND folder(old_path) <> folder(new_path)
GROUP BY ALL ORDER BY year, functions DESC, from_folder, to_folder"""),
    Shipped("unfinished-migrations", "calls that gave way to others, and are still made", """
WITH replaced AS (
    SELECT symbol, replaced_by AS successor, count(*) AS gave_way, max(year) AS last
    FROM calls WHERE how = 'replaced' GROUP BY ALL HAVING count(*) >= 3
), places AS (
    SELECT symbol, new_path AS path, new_function AS function, 1 AS change
    FROM calls JOIN commits USING (commit, position)
    WHERE how IN ('began', 'to function', 'went with') AND NOT contains(parents, ' ')
    UNION ALL
    SELECT symbol, old_path, old_function, -1
    FROM calls JOIN commits USING (commit, position)
    WHERE how <> 'began' AND NOT contains(parents, ' ')
), standing AS (
    SELECT symbol, folder(path) AS in_folder, greatest(sum(change), 0) AS calls
    FROM places GROUP BY ALL
)
SELECT r.symbol AS old, r.successor AS new, r.gave_way, r.last, in_folder,
       coalesce(sum(s.calls) FILTER (s.symbol = r.symbol), 0)::BIGINT AS old_calls,
       coalesce(sum(s.calls) FILTER (s.symbol = r.successor), 0)::BIGINT AS new_calls
FROM replaced r JOIN standing s ON s.symbol IN (r.symbol, r.successor)
GROUP BY ALL HAVING old_calls > 0
ORDER BY r.gave_way DESC, old, new, old_calls DESC, in_folder LIMIT 200"""),
    Shipped("divided", "functions that were divided, and of which no part was joined again", f"""
WITH {_PLAIN}, divided AS (
    SELECT commit, position, year, old_path, old_name, old_lineage AS source, lineage AS part,
           new_name
    FROM plain WHERE kind IN ('split', 'extracted') AND old_lineage IS NOT NULL
), joined AS (
    SELECT old_lineage AS one, lineage AS other, position
    FROM events WHERE kind IN ('merged', 'inlined') AND old_lineage IS NOT NULL
)
SELECT d.year, d.old_path AS path, d.old_name AS name, d.commit,
       count(DISTINCT d.part) AS parts, string_agg(DISTINCT d.new_name, ' ') AS into_
FROM divided d
WHERE NOT EXISTS (
    SELECT 1 FROM joined j
    WHERE j.position > d.position
      AND ((j.one = d.part AND j.other = d.source) OR (j.one = d.source AND j.other = d.part))
)
GROUP BY ALL ORDER BY parts DESC, d.year, path, name LIMIT 100"""),
    Shipped("who-moves", "who moves code that others wrote", f"""
WITH {_PLAIN}, {_BIRTHS}
SELECT email AS mover, count(DISTINCT (commit, lineage)) AS moves,
       count(DISTINCT (commit, lineage)) FILTER (born_by <> email) AS of_others,
       round(of_others / moves, 2) AS share
FROM plain JOIN births USING (lineage)
WHERE kind IN ('moved', 'renamed+moved')
GROUP BY mover ORDER BY of_others DESC, mover LIMIT 40"""),
    Shipped("lacking-ports", "fixes upstream of what a vendor's tree has taken, that it lacks", f"""
WITH taken AS (
    SELECT DISTINCT other AS upstream_commit, commit AS port
    FROM relations WHERE kind = 'backport-of'
    UNION
    SELECT commit, commit FROM commits
)
SELECT f.commit AS fix, u.subject, f.other AS fixes, t.port AS taken_as, u.year
FROM {OTHER}_relations f
JOIN {OTHER}_commits u USING (commit, position)
JOIN taken t ON t.upstream_commit = f.other
WHERE f.kind IN ('fixes', 'reverts')
  AND f.commit NOT IN (SELECT upstream_commit FROM taken)
  AND u.subject NOT IN (SELECT subject FROM commits)
ORDER BY u.position LIMIT 500""", needs_other=True),
    Shipped("drift", "functions that stand otherwise than upstream, and since when", f"""
WITH ours AS (
    SELECT path, name, arg_max(text, position) AS text FROM definitions GROUP BY ALL
), theirs AS (
    SELECT path, name, arg_max(text, position) AS text FROM {OTHER}_definitions GROUP BY ALL
), common AS (
    SELECT path, name, arg_max(u.commit, u.position) AS left_at, max(u.position) AS there,
           arg_max(d.position, u.position) AS here
    FROM definitions d JOIN {OTHER}_definitions u USING (path, name, text) GROUP BY ALL
)
SELECT path, name, left_at,
       (SELECT count(DISTINCT commit) FROM definitions d
        WHERE d.path = c.path AND d.name = c.name AND d.position > c.here) AS own_commits,
       (SELECT count(DISTINCT commit) FROM {OTHER}_definitions u
        WHERE u.path = c.path AND u.name = c.name AND u.position > c.there) AS lacking_commits
FROM common c JOIN ours o USING (path, name) JOIN theirs t USING (path, name)
WHERE o.text <> t.text
ORDER BY lacking_commits DESC, own_commits DESC, path, name LIMIT 500""", needs_other=True),
)  # fmt: skip

BY_NAME: dict[str, Shipped] = {each.name: each for each in QUESTIONS}


def views(prefix: str = "") -> list[tuple[str, str]]:
    """The views that a survey's tables are asked through: the view's name, and its table."""
    return [(f"{prefix}_{name}" if prefix else name, name) for name in NAMES]
