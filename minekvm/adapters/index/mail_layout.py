"""The tables of mails, apart from what reads them: every command lays out an index."""

from __future__ import annotations

LAYOUT = """\
CREATE TABLE archive(
    id INTEGER PRIMARY KEY, path TEXT UNIQUE, kind TEXT, state TEXT) STRICT;
CREATE TABLE mail(
    id INTEGER PRIMARY KEY, message_id TEXT, archive INTEGER, place TEXT, twin INTEGER,
    reply_to TEXT, root TEXT, refs TEXT, date TEXT, list TEXT, sort TEXT, tree TEXT,
    subject TEXT, subject_key INTEGER, author TEXT, email TEXT, seconds INTEGER, version INTEGER,
    number INTEGER, total INTEGER, patch TEXT, lines BLOB) STRICT;
CREATE INDEX mail_message ON mail(message_id);
CREATE INDEX mail_place ON mail(archive, place);
CREATE INDEX mail_answer ON mail(reply_to) WHERE reply_to <> '';
CREATE INDEX mail_root ON mail(root);
CREATE INDEX mail_subject ON mail(subject_key);
CREATE INDEX mail_patch ON mail(patch) WHERE patch <> '';
CREATE TABLE mail_file(
    path TEXT, mail INTEGER, seconds INTEGER, old TEXT, new TEXT, functions TEXT,
    PRIMARY KEY(path, mail)) WITHOUT ROWID, STRICT;
CREATE INDEX mail_file_mail ON mail_file(mail);
CREATE TABLE mail_link(
    message_id TEXT, mail INTEGER, PRIMARY KEY(message_id, mail)) WITHOUT ROWID, STRICT;
CREATE INDEX mail_link_mail ON mail_link(mail);
CREATE TABLE mail_flaw(archive INTEGER, place TEXT, reason TEXT, kept INTEGER) STRICT;
CREATE INDEX mail_flaw_archive ON mail_flaw(archive, place)"""
