"""Jobs: a row written with the change, a message sent after it, a reconciler that forgets nothing."""
