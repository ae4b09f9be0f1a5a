"""Child processes that do risky work shut in: a pool of them, what is said to them, the limits and walls around each piece of work."""
