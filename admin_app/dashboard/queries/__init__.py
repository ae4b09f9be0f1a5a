"""Reads for home pages and reports: SQL aggregates, visibility included; never a row per case."""

from admin_app.dashboard.queries.flow import Filter, backlog, days, decided_on_time, outcomes, stages, totals

__all__ = ["Filter", "backlog", "days", "decided_on_time", "outcomes", "stages", "totals"]
