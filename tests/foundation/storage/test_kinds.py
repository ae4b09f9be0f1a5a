"""Every refusal has a sentence, and the limits are settings."""

import pytest

from admin_app.foundation.storage.kinds import UploadRefused, kind_of, limits_in_force, sentences
from admin_app.foundation.storage.limits import Limits, Reason, Refused
from tests.apps import bare_app, make_settings
from tests.foundation.storage import samples


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_is_wrong_and_what_to_do(app, reason):
    text = str(sentences(Limits())[reason])
    assert text.endswith(".")
    assert len(text) < 130


def test_a_sentence_names_the_limit_that_is_set(app):
    assert "7 pages" in str(UploadRefused(Reason.TOO_MANY_PAGES, limits=Limits(max_pages=7)).message)


def test_a_refusal_can_be_told_apart_by_code(app):
    assert UploadRefused(Reason.ENCRYPTED, "a.pdf").details == {"reason": "encrypted", "name": "a.pdf"}


def test_the_limits_are_settings(tmp_path):
    with bare_app(make_settings(tmp_path, "sqlite://", upload_max_pages=3, upload_max_side=99)):
        assert (limits_in_force().max_pages, limits_in_force().max_side) == (3, 99)


def test_the_name_of_a_file_says_nothing_about_its_kind():
    with pytest.raises(Refused) as refused:
        kind_of(b"#!/bin/sh\n")
    assert refused.value.reason is Reason.NOT_ACCEPTED


def test_an_empty_line_before_a_pdf_does_no_harm():
    assert kind_of(b"\xef\xbb\xbf\r\n" + samples.pdf()) == "pdf"


@pytest.mark.parametrize("data", [samples.jpeg(), samples.noted_jpeg(), samples.jpeg(progressive=True)])
def test_every_common_jpeg_is_known(data):
    assert kind_of(data) == "jpeg"
