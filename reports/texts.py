"""The words on printed documents and charts, in English and Chinese."""

LANGUAGES = ("en", "zh")

TEXTS: dict[str, dict[str, str]] = {
    "label.recipient": {"en": "{name}", "zh": "{name}\N{NO-BREAK SPACE}收"},
    "label.sender": {"en": "From {sender}", "zh": "寄件 {sender}"},
    "label.sheet_title": {"en": "Mailing labels", "zh": "邮寄面单"},
}


def text(key: str, language: str, **values: object) -> str:
    """Return the words for `key` (KeyError for an unknown key or language) with `values` filled in."""
    return TEXTS[key][language].format(**values)
