"""What a copy of everything about one resident holds, and how it reads on paper."""

from admin_app.extracts.rules.left_out import COLUMNS_LEFT_OUT, LOOKS_LEFT_OUT, MASKED_GIVEN, MOST, TABLES_LEFT_OUT, is_given, name_of

__all__ = ["COLUMNS_LEFT_OUT", "LOOKS_LEFT_OUT", "MASKED_GIVEN", "MOST", "TABLES_LEFT_OUT", "is_given", "name_of"]
