"""What every door stands on: gate, sessions, headers, error pages, base views, guards of arguments, template filters."""
