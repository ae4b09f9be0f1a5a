"""Twenty-eight texts that are meant to be more than text, to the program that prints, sends, saves or opens them."""

HOST = "{host}"
"""Where one of them names a server; `vectors()` puts a watched one there."""
TEXTS = {
    "path upwards": "../../../../etc/passwd",
    "path of another system": r"..\..\..\windows\win.ini",
    "path of the processes": "/proc/self/environ",
    "share of a network": r"\\{host}\share\x",
    "file address": "<img src=file:///etc/passwd>",
    "address": "http://{host}/x",
    "address without a scheme": "//{host}/x",
    "picture": '<img src="http://{host}/x">',
    "script": "<script src=//{host}/x></script>",
    "attached file": "<link rel=attachment href=//{host}/x>",
    "end of an attribute": "\"'><a href=http://{host}/x>k</a>",
    "drawing": "<svg/onload=fetch('//{host}/x')>",
    "style sheet": "</style><style>@import'//{host}/x';",
    "style": "x;background:url(http://{host}/x)",
    "style in escapes": r"\3c style\3e *{display:none}",
    "template, a value": "{{ 7*7 }}{{ config.items() }}",
    "template, a statement": "{% include '/etc/passwd' %}",
    "format": "{0.__class__.__mro__} %s %(x)s {row}",
    "shell": "$(touch x);`id`|id & id",
    "SQL": "x'); DROP TABLE parcel; --",
    "formula": '=HYPERLINK("http://{host}/x","k")',
    "formula that calls": "@SUM(1+1)*cmd|'/C calc'!A0",
    "formula after a tab": "\t=1+1",
    "direction": "王\u202efdp.exe\u2066x\u2069",
    "header": "x\r\nBcc: y@example.invalid\r\n\r\nz",
    "command of mail": "x\r\n.\r\nMAIL FROM:<y@example.invalid>",
    "PDF, an address": "(x) Tj ET /URI (http://{host}/x)",
    "PDF, a program": "<< /S /JavaScript /JS (app.alert(1)) >>",
}
"""What it tries -> how it is typed; each is short enough for a name."""
LONGEST_NAME = 50


def vectors(host: str = "127.0.0.1:9") -> dict[str, str]:
    """All of them, with this server."""
    return {name: text.replace(HOST, host) for name, text in TEXTS.items()}
