"""Referrals by spreadsheet: read, match columns, look, commit, undo."""
