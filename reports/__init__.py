"""Plain rows in, charts and printed documents out; knows no database and no web."""
