"""Staff verbs on production batches: open, leave out, export, send, answer, close."""
