"""Accounts: who a person is, what role they have, and how they sign in."""
