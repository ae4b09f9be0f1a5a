"""Believable receipts."""

import datetime as dt

from reports.letters.rows import ApplicationReceiptRow, CentreLines, CollectionSlipRow, LossReportReceiptRow

CENTRE = CentreLines("西湖服务网点", "杭州市西湖区文三路93号", "0571-8765 4321", "9:00–17:00")
NOON = dt.datetime(2026, 11, 22, 12, 5)
APPLICATION = ApplicationReceiptRow(
    reference="CD-2026-004317",
    resident="买买提·吐尔逊江",
    id_number_masked="**************4317",
    reason="遗失",
    delivery="邮寄",
    received_at=NOON,
    promised_on=dt.date(2026, 12, 4),
    centre=CENTRE,
    handed_in=("身份证正反面", "挂失回执"),
    missing=("证件照片",),
    clerk="周静",
    status_url="https://example.invalid/s/CD-2026-004317",
)
LOSS = LossReportReceiptRow(
    number="LR-2026-000812",
    resident="王羲",
    id_number_masked="**************4317",
    is_formal=False,
    circumstance="遗失",
    reported_at=NOON,
    lapses_at=dt.datetime(2026, 11, 29, 12, 5),
    centre=CENTRE,
)
SLIP = CollectionSlipRow(
    reference="CD-2026-004317",
    serial="ZJ26004317",
    resident="欧阳晓明",
    id_number_masked="**************1234",
    handed_over_at=dt.datetime(2026, 12, 4, 9, 30),
    centre=LOSS.centre,
    clerk="王芳",
)
