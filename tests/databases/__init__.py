"""The databases that tests run on: one PostgreSQL a run, and the way back to how a database was."""
