"""The one reader of what people type: texts, names, reasons, numbers, days (docs/adr/0018)."""
