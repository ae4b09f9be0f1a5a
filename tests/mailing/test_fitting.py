"""What does not fit a label in the type that its stock allows is said before printing, with a way on."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from admin_app.centres.models import Centre
from admin_app.foundation.database import transaction
from admin_app.mailing.models import LEAST_POINTS, MailingBatch
from admin_app.mailing.queries import batches, fitting, sheets
from admin_app.staff.models import StaffMember
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.rows import LabelRow
from tests.factories.mailing import open_batch, parcels_of, ready_cards, stock

LONG = "\n".join(
    (
        "内蒙古自治区呼伦贝尔市鄂伦春自治旗大杨树镇",
        "中央街道学府路社区学府花园小区二期十二号楼三单元一千二百零三室",
        "收发室转交第二车间王师傅代收，北侧小白楼一层东门卫值班室收转，请先打电话再送上楼，门禁密码问保安",
    )
)


SENDER = "西湖服务网点 文三路1号 310013"


def long_batch(clerk: StaffMember, centre: Centre, mailer: StaffMember, code: str = "L7160") -> MailingBatch:
    """A batch of two parcels, one with an address that a small label has no room for."""
    cards = [*ready_cards(1, clerk, centre, mailer, address=LONG), *ready_cards(1, clerk, centre, mailer)]
    return open_batch(cards, mailer, stock=stock(code))


def smallest(stock_code: str, least: float) -> float | None:
    """The smallest type of the post's words on a label with the long address; None where it does not fit."""
    measures = replace(sheets.stock_row(stock(stock_code)), least_points=least)
    row = LabelRow(
        "PX2611220000014",
        "欧阳晓明",
        "022450",
        tuple(LONG.splitlines()),
        phone_masked="*******0433",
        sender="西湖服务网点 文三路1号 310013",
    )
    try:
        label = lay_out(row, measures, language="zh")
    except LabelDoesNotFit:
        return None
    return min(run.points for run in label.runs if run.text != row.parcel_number)


@pytest.mark.parametrize("least", [5.0, LEAST_POINTS, 9.0])
def test_no_word_of_the_post_stands_in_smaller_type_than_the_stock_allows(app, least) -> None:
    found = [smallest(code, least) for code in ("L7160", "L7163", "T100150")]
    assert all(points is None or points >= least for points in found) and found[2] is not None


def test_control_without_a_limit_the_small_label_takes_smaller_type(app) -> None:
    points = smallest("L7160", 0.0)
    assert points is not None and points < LEAST_POINTS and smallest("L7160", LEAST_POINTS) is None


def test_a_label_that_needs_smaller_type_is_named_before_it_is_printed(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = long_batch(clerk, centre, mailer)
    too_long = parcels_of(batch)[0]
    assert fitting.unfit(batch, parcels_of(batch)) == {too_long.number}
    page = sign_in(mailer).get(f"/mailing/batches/{batch.public_id}").text
    assert "1 label needs you before printing" in page and "Use L7163 from its first cell" in page


def test_on_the_stock_that_is_offered_every_label_fits(clerk: StaffMember, centre: Centre, mailer: StaffMember, sign_in: Callable) -> None:
    batch = long_batch(clerk, centre, mailer)
    offered = fitting.roomier(batch, parcels_of(batch), batches.stocks())
    assert [one.code for one in offered] == ["L7163", "T100150"]
    sheet = {"stock": "L7163", "printer": "", "start_cell": "1", "label_language": "zh", "version": batch.version}
    assert sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/sheet", data=sheet).status_code == 302
    assert fitting.unfit(batch, parcels_of(batch)) == set()


def test_the_office_decides_how_small_the_type_of_a_stock_may_be(clerk: StaffMember, centre: Centre, mailer: StaffMember) -> None:
    batch = long_batch(clerk, centre, mailer)
    with transaction():
        batch.stock.least_points = 4.0
    assert fitting.unfit(batch, parcels_of(batch)) == set()
