"""Signing in of residents: asking for a code, making and sending it, typing it, and the session that follows."""
