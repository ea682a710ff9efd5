"""Commit message -> what it says of other commits, mails, bugs and people."""
