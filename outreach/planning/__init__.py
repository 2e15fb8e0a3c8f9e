"""Plans: made from the backlog by `routing`, checked, approved by a person, and fixed from then on."""

from outreach.planning import guard

__all__ = ["guard"]
