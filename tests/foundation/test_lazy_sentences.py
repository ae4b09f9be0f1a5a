"""A sentence that waits for its language is ours; what somebody typed and stands in it is escaped on a page."""

from flask import Flask, render_template_string
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField

from admin_app.web.form_fields import offered

MARK = "\"'><b id=zz>"


def test_what_stands_in_a_lazy_sentence_is_no_markup_on_a_page(app: Flask) -> None:
    with app.test_request_context():
        page = render_template_string("<p title='{{ said }}'>{{ said }}</p>", said=_l("%(name)s is known.", name=MARK))
    assert "<b" not in page and page.count("&lt;b id=zz&gt; is known.") == 2


def test_nor_in_the_choices_of_a_field(app: Flask) -> None:
    class Chosen(Form):
        """A choice with a name in its words."""

        sheet = SelectField(choices=offered([("a", _l("%(stock)s · a new sheet", stock=MARK))]))

    with app.test_request_context():
        drawn = str(Chosen().sheet())
    assert "<b" not in drawn and "&lt;b id=zz&gt; · a new sheet" in drawn
