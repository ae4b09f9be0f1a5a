"""What changes about staff members, by verb: signing in, the own account, the administration."""
