"""Small faults put into the modules that guard the office, one at a time: the tests beside them must notice (T-76)."""
