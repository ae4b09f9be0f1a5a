"""Forms of the counter that somebody began and did not send: kept for that person, for some days."""
