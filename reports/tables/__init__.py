"""Tables: the twins of the charts, and files for spreadsheets."""
