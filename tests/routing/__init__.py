"""The planner, proved through the checker."""
