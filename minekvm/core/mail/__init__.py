"""Mails as values: what one says of a patch, which commit it became, its versions and replies."""
