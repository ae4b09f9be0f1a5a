"""What the log keeps of each form is written down before a form is new: the proof that sends them all is long."""

from tests.access_table import TABLE
from tests.faults.entries import rules_without_a_line

NEEDS_A_DEVICE = {"/account/passkeys/add", "/sign-in/passkey"}


def test_every_post_route_has_its_line_about_the_log() -> None:
    assert rules_without_a_line({key.removeprefix("POST ") for key in TABLE if key.startswith("POST ")}) == NEEDS_A_DEVICE


def test_control_a_form_without_a_line_is_named() -> None:
    assert rules_without_a_line({"/a-new-form/<public_id>", "/sign-in"}) == {"/a-new-form/<public_id>"}
