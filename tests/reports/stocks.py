"""Three label stocks as a new office has them: two sheets and a roll."""

from reports.labels.rows import LabelStock

L7163 = LabelStock("L7163", 210, 297, 2, 7, 4.67, 15.15, 99.1, 38.1, column_gap_mm=2.54)
L7160 = LabelStock("L7160", 210, 297, 3, 7, 7.21, 15.15, 63.5, 38.1, column_gap_mm=2.54)
THERMAL_100X150 = LabelStock("T100150", 100, 150, 1, 1, 0, 0, 100, 150)
STOCKS = {stock.code: stock for stock in (L7163, L7160, THERMAL_100X150)}
