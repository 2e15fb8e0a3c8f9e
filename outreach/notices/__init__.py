"""Families are told of their visit: what was told, how, by whom, and who must be told again."""
