"""The office's whole job, walked by the people who do it, in both languages, with real files in a real browser."""

import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from admin_app.mailing.rules import s10_check_digit
from tests.browser.desk import PATIENCE_MS
from tests.browser.paper import Visitor, visitor

pytestmark = pytest.mark.browser
NUMBERS = {"en": 100, "zh": 200}
MATERIALS = ("id_copy", "application_form", "photo", "loss_proof")


@pytest.fixture
def visitors(tmp_path, language):
    """visitors(n): the n-th person who comes to the counter in this language."""
    return lambda n: visitor(NUMBERS[language] + n, tmp_path / str(n))


def take_in(clerk, guest: Visitor) -> str:
    """Register the guest, fill in the form, upload everything, take a formal loss report, hand in; returns the reference."""
    page, person = clerk.page, guest.person
    clerk.open("/residents/?goal=application")
    clerk.check()
    page.locator("[name=id_number]").fill(person.identity.id_number)
    page.locator("main [name=name]").fill(person.name.written)
    page.locator("main form button[type=submit]").first.click()
    assert person.identity.id_number not in page.url
    page.locator("[name=phone]").fill(person.phone)
    clerk.check()
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=reason][value=lost]").check(force=True)
    page.locator("input[name=delivery][value=post]").check(force=True)
    page.locator("main [name=recipient]").fill(person.name.written)
    page.locator("main [name=postcode]").fill("310012")
    page.locator("main [name=address]").fill("浙江省杭州市西湖区\n文三路90号3幢2单元1201室")
    clerk.check()
    page.locator("form[data-needs-url] button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/intake/BK-"))
    reference = re.search(r"BK-\d\d-\d+", page.url).group()
    clerk.check()
    refuse_wrong_file(clerk, guest)
    for material in MATERIALS:
        upload(clerk, material, guest.files[material])
    report = page.locator("#loss-report form")
    report.locator("input[name=kind][value=formal]").check(force=True)
    report.locator("input[name=channel][value=counter]").check(force=True)
    report.locator("button[type=submit]").first.click()
    page.locator("main form button.btn-danger").wait_for()
    clerk.check()
    page.locator("main form button.btn-danger").click()
    page.locator("#submit button[type=submit]:not([disabled])").wait_for()
    clerk.check()
    page.locator("#submit button[type=submit]").click()
    page.wait_for_load_state()
    return reference


def upload(clerk, material: str, files: list[str]) -> None:
    """Choose files for one material; they are sent at once."""
    page = clerk.page
    page.locator(f"#files-{material}").set_input_files(files)
    page.locator(f"#material-{material} figure").nth(len(files) - 1).wait_for()


def refuse_wrong_file(clerk, guest: Visitor) -> None:
    """A file that is no picture gets a sentence; the good one sent with it is kept."""
    page = clerk.page
    page.locator("#files-photo").set_input_files([*guest.files["wrong"], *guest.files["photo"]])
    page.locator("#material-photo .notice:visible").first.wait_for()
    expect(page.locator("#material-photo .notice:visible")).to_have_count(1)
    expect(page.locator("#material-photo figure")).to_have_count(1)
    page.locator("#material-photo figure form button").first.click()
    page.locator("#material-photo figure").wait_for(state="detached")


def accept_everything(reviewer) -> None:
    """Give every document of the case in view a good verdict."""
    page = reviewer.page
    for _ in range(12):
        button = page.locator("button[name=verdict][value=accepted]:visible")
        if page.locator("button[data-key='1']:not([disabled])").count() or not button.count():
            break
        button.first.click()
        page.wait_for_load_state()
    expect(page.locator("button[data-key='1']:not([disabled])")).to_have_count(1)


def test_the_whole_job_from_counter_to_post(person, visitors, language):
    clerk = person("intake_clerk")
    clerk.check()
    guest = visitors(1)
    reference = take_in(clerk, guest)
    receipt = clerk.page.request.get(f"{clerk.desk.url}/intake/{reference}/receipt.pdf")
    assert receipt.headers["content-type"] == "application/pdf"
    refused = take_in(clerk, visitors(2))

    reviewer = person("reviewer")
    reviewer.check()
    reviewer.open("/queue/")
    reviewer.check()
    reviewer.picture("queue")
    approve(reviewer, reference)
    reject(reviewer, refused)
    clerk.open(f"/applications/{refused}")
    clerk.check()

    clerk_of_mail = person("mailroom_clerk")
    clerk_of_mail.check()
    serial = f"ZJ{NUMBERS[language]:010d}"
    make_card(clerk_of_mail, reference, serial)
    tracking = post_card(clerk_of_mail, serial, guest, language)

    supervisor = person("supervisor")
    search(supervisor, tracking)
    supervisor.open("/reports/")
    supervisor.page.locator(".js-plotly-plot").first.wait_for()
    supervisor.check()
    supervisor.picture("reports")
    expect(search(clerk, reference).first).to_be_visible()


def approve(reviewer, reference: str) -> None:
    """Claim, verify, approve; the page says so and the next case opens."""
    page = reviewer.page
    reviewer.open(f"/applications/{reference}")
    page.locator("button[data-key='c']").click()
    page.wait_for_load_state()
    reviewer.check()
    page.locator(".viewer img").first.wait_for()
    reviewer.picture("case")
    accept_everything(reviewer)
    page.keyboard.press("1")
    page.locator("#outcome-approve button[name=kind][value=approve]").click()
    page.wait_for_load_state()
    assert reference in page.locator("main, [role=status]").first.inner_text() or reference in page.content()
    reviewer.check()


def reject(reviewer, reference: str) -> None:
    """Claim and reject with a coded reason; without a reason the question stays open."""
    page = reviewer.page
    reviewer.open(f"/applications/{reference}")
    page.locator("button[data-key='c']").click()
    page.wait_for_load_state()
    page.locator("#decision-note").fill("Checked with the register.")
    page.keyboard.press("Escape")
    page.locator("button[data-key='3']").click()
    page.locator("#outcome-reject button[name=kind][value=reject]").click()
    page.wait_for_load_state()
    expect(page.locator("#decision-note")).to_have_value("Checked with the register.")
    # The question that was refused stands open, and says why.
    expect(page.locator("#outcome-reject .notice-danger")).to_be_visible()
    page.locator("#outcome-reject input[value=identity_mismatch]").check()
    page.locator("#outcome-reject button[name=kind][value=reject]").click()
    page.wait_for_load_state()
    reviewer.open(f"/applications/{reference}")
    expect(page.locator("#decision-note")).to_have_count(0)
    reviewer.check()


def make_card(mailroom, reference: str, serial: str) -> None:
    """The approved case's card appears by itself; give it a serial, look at it, mark it ready."""
    page = mailroom.page
    field = page.get_by_role("row").filter(has_text=reference).locator("input[name^=serial-]")
    for _ in range(180):
        mailroom.open("/cards/?tab=requested")
        if field.count():
            break
        page.wait_for_timeout(500)
    mailroom.check()
    field.fill(serial)
    page.locator("button[data-key='s']").click()
    page.wait_for_load_state()
    mailroom.open("/cards/?tab=made")
    page.get_by_role("row").filter(has_text=serial).locator("input[name=card]").check()
    page.locator("button[data-key='r']").click()
    page.wait_for_load_state()
    mailroom.check()


def post_card(mailroom, serial: str, guest: Visitor, language: str) -> str:
    """Batch of one, labels as PDF, posted with a tracking number; returns the number."""
    page = mailroom.page
    mailroom.open("/mailing/")
    mailroom.check()
    page.get_by_role("row").filter(has_text=serial).locator("input[name=card]").check()
    page.locator("button[name=choose][value=selected]").click()
    page.wait_for_url(re.compile(r"/mailing/batches/[0-9a-f]{32}"))
    mailroom.check()
    page.locator("button[data-key='p']").click()
    pdf = page.locator("button[data-key='o']")
    pdf.wait_for(timeout=PATIENCE_MS)
    mailroom.check()
    opening = page.locator("form", has=pdf)
    token = opening.locator("input[name=csrf_token]").input_value()
    there = mailroom.desk.url + opening.get_attribute("action")
    answer = page.request.post(there, form={"csrf_token": token}, headers={"Sec-Fetch-Site": "same-origin"})
    labels = mailroom.desk.instance / f"labels-{language}.pdf"
    labels.write_bytes(answer.body())
    text = "".join(part.extract_text() for part in PdfReader(labels).pages)
    assert guest.person.name.written in text.replace("\n", "")
    pack(mailroom, serial)
    page.locator("[data-all-packed] a").click()
    digits = f"{NUMBERS[language] + 47312000:08d}"
    tracking = f"RA{digits}{s10_check_digit(digits)}CN"
    wrong = f"RA{digits}{(s10_check_digit(digits) + 1) % 10}CN"
    field = page.locator("input[name^=number-]")
    field.fill(wrong)
    page.locator("button[data-key='c']").click()
    page.wait_for_load_state()
    assert field.input_value() == wrong
    expect(page.locator(".form-error")).to_have_count(1)
    mailroom.check()
    field.fill(tracking)
    page.locator("button[data-key='c']").click()
    page.wait_for_load_state()
    mailroom.check()
    page.locator("main form button.btn-success").click()
    page.wait_for_load_state()
    assert tracking in page.content()
    mailroom.check()
    return tracking


def pack(mailroom, serial: str) -> None:
    """Scan the label and the card that goes into the envelope with it."""
    page = mailroom.page
    page.locator("a[data-key='s']").click()
    page.locator("[data-scan-pairs]").wait_for()
    mailroom.check()
    label = re.search(r"PX[0-9-]+", page.locator("table[data-rows=stuffing] tbody").inner_text()).group()
    for code in (label, serial):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    page.locator("[data-all-packed] a").wait_for()
    mailroom.check()


def search(someone, text: str):
    """Type into the one search box; something is called so. Returns where the text stands on the page that opened."""
    page = someone.page
    someone.open("/")
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/"))
    # What was found, or that nothing was: the words that say so bear the text as well.
    expect(page.locator("main")).to_be_visible()
    expect(page.locator(".search-help")).to_have_count(0)
    assert text not in page.url or text.startswith("BK-")
    someone.check()
    return page.get_by_text(text)


def test_the_mailroom_clerk_labels_all_that_is_ready_in_one_batch(person, language):
    mailroom = person("mailroom_clerk")
    page = mailroom.open("/mailing/batches?tab=" + {"en": "open", "zh": "posted"}[language])
    page.locator("tbody a").first.click()
    mailroom.check()
    if language == "en":
        label_all_that_is_ready(mailroom)
    page.locator("main .cell-name").first.wait_for()
    assert page.locator("main .cell-name").count() == page.locator("tbody tr").count()
    mailroom.check()


def label_all_that_is_ready(mailroom) -> None:
    """Put every ready card into the open batch in view and print its labels."""
    page = mailroom.page
    before = page.locator("tbody tr").count()
    page.locator("a[data-key='a']").click()
    page.locator("#field-batch").select_option(index=1)
    page.locator("button[name=choose][value=all]").click()
    page.wait_for_url(re.compile(r"/mailing/batches/[0-9a-f]{32}"))
    assert page.locator("tbody tr").count() > before
    page.locator("button[data-key='p']").click()
    page.locator("button[data-key='o']").wait_for(timeout=PATIENCE_MS)
    mailroom.picture("labels")
