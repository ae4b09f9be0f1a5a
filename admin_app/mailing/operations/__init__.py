"""Staff verbs of the mailroom, one file a station: batches, labels, parcels, posting."""
