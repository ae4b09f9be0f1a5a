"""The words on printed documents and charts, in English and Chinese."""

LANGUAGES = ("en", "zh")

TEXTS: dict[str, dict[str, str]] = {
    "label.recipient": {"en": "{name}", "zh": "{name}\N{NO-BREAK SPACE}收"},
    "label.sender": {"en": "From {sender}", "zh": "寄件 {sender}"},
    "label.sheet_title": {"en": "Mailing labels", "zh": "邮寄面单"},
    "chart.day": {"en": "Day", "zh": "日期"},
    "chart.received": {"en": "Received", "zh": "受理"},
    "chart.decided": {"en": "Decided", "zh": "办结"},
    "chart.posted": {"en": "Posted", "zh": "寄出"},
    "chart.queue": {"en": "Queue", "zh": "队列"},
    "chart.total": {"en": "Total", "zh": "合计"},
    "chart.stage": {"en": "Stage", "zh": "环节"},
    "chart.p50": {"en": "Half of the cases (p50)", "zh": "半数案件（p50）"},
    "chart.p90": {"en": "Nine in ten cases (p90)", "zh": "九成案件（p90）"},
    "chart.cases": {"en": "Cases", "zh": "件数"},
    "chart.working_days": {"en": "Working days", "zh": "工作日"},
    "chart.days_hover": {"en": "%{{y:.1f}} working days", "zh": "%{{y:.1f}} 个工作日"},
    "chart.outcome": {"en": "Outcome", "zh": "结果"},
    "chart.reason": {"en": "Reason", "zh": "原因"},
    "chart.count": {"en": "Cases", "zh": "件数"},
    "chart.share": {"en": "Share", "zh": "占比"},
    "age.5": {"en": "Up to 5 days", "zh": "5 天以内"},
    "age.10": {"en": "6–10 days", "zh": "6–10 天"},
    "age.20": {"en": "11–20 days", "zh": "11–20 天"},
    "age.older": {"en": "Over 20 days", "zh": "超过 20 天"},
}


def text(key: str, language: str, **values: object) -> str:
    """Return the words for `key` (KeyError for an unknown key or language) with `values` filled in."""
    return TEXTS[key][language].format(**values)
