"""Lists and titles carry the marks of the reader's language."""

import pytest
from flask_babel import force_locale

from admin_app.foundation.i18n import listed, titled

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(("code", "expected"), [("en", "GS, XH"), ("zh", "GS、XH")])
def test_names_are_listed_with_the_comma_of_the_language(app, code, expected):
    with app.test_request_context(), force_locale(code):
        assert listed(["GS", "XH"]) == expected


@pytest.mark.parametrize(("code", "expected"), [("en", "JJ: 3"), ("zh", "JJ：3")])
def test_a_title_ends_with_the_colon_of_the_language(app, code, expected):
    with app.test_request_context(), force_locale(code):
        assert titled("JJ", 3) == expected
