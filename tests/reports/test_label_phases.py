"""A label job decides first and draws then: no layout after the first page is drawn, nothing measured while drawing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reports.labels import sheets
from reports.labels.sheets import render_label_sheets
from reports.pdf.drawing import Drawing
from reports.text.measuring import width
from tests.reports.stocks import L7160

REPORTS = str(Path(sheets.__file__).parents[1])
DECIDING = ("labels/layout.py", "labels/lines.py", "text/line_breaking.py", "text/measuring.py:width", "text/measuring.py:reach")


@contextmanager
def calls() -> Iterator[list[str]]:
    """Every call of a function of reports/ as `room/file.py:name`, in order."""
    called: list[str] = []

    def note(frame, event, _argument) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(REPORTS):
            called.append(f"{frame.f_code.co_filename[len(REPORTS) + 1 :]}:{frame.f_code.co_name}")

    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)


def decided_while_drawing(called: list[str]) -> list[str]:
    """What decides something after the drawing has begun."""
    drawing = next(place for place, name in enumerate(called) if name.startswith("pdf/drawing.py"))
    return [name for name in called[drawing:] if name.startswith(DECIDING)]


def test_nothing_is_decided_once_drawing_has_begun(make_rows):
    with calls() as called:
        render_label_sheets(make_rows(21), stock=L7160, language="zh", chunk=7)
    assert sum(name == "labels/layout.py:lay_out" for name in called) == 21
    assert decided_while_drawing(called) == []


def test_control_a_drawing_that_measures_is_noticed(make_rows, monkeypatch):
    add = Drawing.add
    monkeypatch.setattr(Drawing, "add", lambda self, pages: (width("王"), add(self, pages)))
    with calls() as called:
        render_label_sheets(make_rows(1), stock=L7160, language="zh")
    assert decided_while_drawing(called) == ["text/measuring.py:width"]
