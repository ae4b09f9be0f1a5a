"""HTTP to other servers: one answer or a clear word on what is known; nobody is followed, nobody holds us."""

import pytest

from admin_app.foundation import outgoing
from tests.strange_server import said, strange_server


def ask(answer, **more):
    with strange_server(answer) as server:
        return outgoing.ask(server.url + "/place?a=b", body=b"{}", **more), server


def test_the_request_arrives_as_it_was_meant_and_the_answer_comes_back():
    answer, server = ask(lambda _: said(201, b'{"a": 1}', "X-Word: yes"), headers={"Idempotency-Key": "k1"})
    (asked,) = server.asked
    assert (asked.line, asked.headers["idempotency-key"], asked.body) == ("POST /place?a=b HTTP/1.1", "k1", b"{}")
    assert (answer.status, answer.headers["x-word"], answer.body, answer.is_good) == (201, "yes", b'{"a": 1}', True)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_an_answer_that_leads_elsewhere_is_not_followed(status):
    with strange_server(lambda _: said(200)) as elsewhere:
        answer, _server = ask(lambda _: said(status, b"", f"Location: {elsewhere.url}"))
        assert (answer.status, answer.is_good, elsewhere.asked) == (status, False, [])


def test_a_server_that_is_not_there_has_surely_got_nothing():
    with strange_server(lambda _: b"") as gone:
        url = gone.url
    with pytest.raises(outgoing.NotReached):
        outgoing.ask(url)


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\x00\xff", b"SSH-2.0-X\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 X\r\nContent-Length: 50\r\n\r\nshort"],
    ids=["hangs up", "bytes", "another protocol", "no status", "broken off"],
)
def test_what_is_no_whole_answer_leaves_open_what_was_done(garbage):
    with pytest.raises(outgoing.NoAnswer):
        ask(lambda _: garbage)


def test_an_answer_longer_than_agreed_is_none():
    with pytest.raises(outgoing.NoAnswer, match="TooLong"):
        ask(lambda _: said(200, b"x" * 101), most_bytes=100)


def test_an_answer_as_long_as_agreed_is_one():
    answer, _server = ask(lambda _: said(200, b"x" * 100), most_bytes=100)
    assert len(answer.body) == 100


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 X\r\n\r\n"], ids=["head", "body"])
def test_a_byte_now_and_then_does_not_hold_us(head):
    def trickle(server_ended):
        yield head
        while not server_ended.wait(0.05):
            yield b"a"

    with strange_server(lambda _: b"") as server:
        server.answer = lambda _: trickle(server.ended)
        with pytest.raises(outgoing.NoAnswer):
            outgoing.ask(server.url, body=b"", seconds=0.4)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/", "http://", "host"])
def test_an_address_that_is_no_web_address_is_refused(url):
    with pytest.raises(ValueError, match="http"):
        outgoing.ask(url)


def test_a_line_break_in_a_header_is_refused():
    with pytest.raises(ValueError, match="Invalid header"):
        ask(lambda _: said(200), headers={"X-Word": "a\r\nX-Other: b"})
