"""What every room stands on: database, clock, storage, jobs, keys, errors, languages; no noun and no page."""
