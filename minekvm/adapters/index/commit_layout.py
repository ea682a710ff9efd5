"""The tables of commits, and what their columns mean where a name does not tell.

What returns is a number: people, paths, and in `text` the kinds and rules of mentions, the keys and
values of trailers, and what quotes are made of. A date is its seconds and the minutes of its zone.
`touch.words` is empty until the words on the changed lines were taken in; then 0 where there are
none, -1 where they could not be read, else the row of the full text that has them.
"""

from __future__ import annotations

OF_COMMITS = ("tip", "commits", "parent", "touch", "trailer", "mention", "series")
CHANGE_IDS = (1, 2)  # the numbers of the texts below
LAYOUT = """\
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID, STRICT;
CREATE TABLE tip(hash BLOB PRIMARY KEY, ref INTEGER) WITHOUT ROWID, STRICT;
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, email TEXT, UNIQUE(name, email)) STRICT;
CREATE TABLE path(id INTEGER PRIMARY KEY, path BLOB UNIQUE) STRICT;
CREATE TABLE text(id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT;
INSERT INTO text VALUES (1, 'Change-Id'), (2, 'Change-id');
CREATE TABLE commits(
    id INTEGER PRIMARY KEY, hash BLOB UNIQUE, author INTEGER, authored INTEGER, zone INTEGER,
    committer INTEGER, committed INTEGER, subject TEXT, subject_key INTEGER,
    unread INTEGER) STRICT;
CREATE INDEX commits_subject ON commits(subject_key);
CREATE INDEX commits_authored ON commits(authored, author);
CREATE TABLE parent(
    child INTEGER, nth INTEGER, hash BLOB, PRIMARY KEY(child, nth)) WITHOUT ROWID, STRICT;
CREATE INDEX parent_hash ON parent(hash);
CREATE TABLE touch(
    commit_ INTEGER, path INTEGER, old BLOB, new BLOB, words INTEGER,
    PRIMARY KEY(commit_, path)) WITHOUT ROWID, STRICT;
CREATE INDEX touch_path ON touch(path, commit_);
CREATE INDEX touch_words ON touch(words) WHERE words <> 0;
CREATE TABLE trailer(
    commit_ INTEGER, line INTEGER, key INTEGER, value INTEGER,
    PRIMARY KEY(commit_, line)) WITHOUT ROWID, STRICT;
CREATE INDEX trailer_change ON trailer(value) WHERE key IN (1, 2);
CREATE TABLE mention(
    commit_ INTEGER, nth INTEGER, kind INTEGER, rule INTEGER, hash TEXT, subject TEXT,
    target TEXT, first INTEGER, last INTEGER, form INTEGER, quote TEXT, subject_key INTEGER,
    PRIMARY KEY(commit_, nth)) WITHOUT ROWID, STRICT;
CREATE INDEX mention_hash ON mention(hash) WHERE hash <> '';
CREATE INDEX mention_subject ON mention(subject_key) WHERE subject_key IS NOT NULL;
CREATE INDEX mention_target ON mention(target) WHERE target <> '';
CREATE TABLE series(
    key TEXT, number INTEGER, commit_ INTEGER, nth INTEGER,
    PRIMARY KEY(key, number, commit_, nth)) WITHOUT ROWID, STRICT;
CREATE VIRTUAL TABLE message USING fts5(
    subject, body, content='', tokenize="ascii tokenchars '_'");
CREATE VIRTUAL TABLE changed USING fts5(
    words, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_$'");
CREATE TABLE memo(
    kind TEXT, key BLOB, value BLOB, PRIMARY KEY(kind, key)) WITHOUT ROWID, STRICT"""
