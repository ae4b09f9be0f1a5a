"""The queue of files: whole messages in their order, whatever dies or is broken."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError
from kombu.transport import filesystem

from admin_app.foundation.jobs import folder_queue

QUEUE = "card_desk"


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Any]:
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    with Connection(f"{folder_queue.SCHEME}://localhost/", transport_options=options) as connection:
        yield connection.channel()


def test_messages_come_out_once_in_their_order(channel: Any) -> None:
    for number in range(5):
        channel._put(QUEUE, {"number": number})
    channel._put("another", {})
    assert [channel._get(QUEUE)["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(Empty):
        channel._get(QUEUE)


def test_a_message_whose_writer_died_is_not_there(channel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(os, "replace", die)
    with pytest.raises(Killed):
        channel._put(QUEUE, {"number": 1})
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(Empty):
        channel._get(QUEUE)


def test_what_killed_writers_left_is_swept_once_it_is_old(tmp_path: Path) -> None:
    for name, age in (("old", 2 * folder_queue.LEFT_BEHIND_SECONDS), ("young", 0)):
        left = tmp_path / f"{name}.{QUEUE}.msg{folder_queue.UNFINISHED}"
        left.write_text("{")
        os.utime(left, (time.time() - age, time.time() - age))
    folder_queue.options(tmp_path)
    assert [path.name.partition(".")[0] for path in tmp_path.iterdir()] == ["young"]


def test_two_readers_share_the_messages(tmp_path: Path) -> None:
    options = folder_queue.options(tmp_path)
    with (
        Connection(f"{folder_queue.SCHEME}://localhost/", transport_options=options) as one,
        Connection(f"{folder_queue.SCHEME}://localhost/", transport_options=options) as other,
    ):
        readers = [one.channel(), other.channel()]
        for number in range(6):
            readers[0]._put(QUEUE, {"number": number})
        got = [readers[turn % 2]._get(QUEUE)["number"] for turn in range(6)]
        assert sorted(got) == list(range(6))
        for reader in readers:
            with pytest.raises(Empty):
                reader._get(QUEUE)


@pytest.mark.parametrize("content", [b"", b'{"body"', b"\xff\xfe", b"[" * 10])
def test_a_broken_message_is_dropped_and_the_next_one_delivered(channel: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"0000_broken.{QUEUE}.msg").write_bytes(content)
    channel._put(QUEUE, {"number": 2})
    assert channel._get(QUEUE) == {"number": 2}
    assert list(tmp_path.iterdir()) == []


def test_control_the_queue_as_it_comes_ends_its_reader_at_a_broken_message(tmp_path: Path) -> None:
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path)}
    (tmp_path / f"0000_broken.{QUEUE}.msg").write_bytes(b"")
    with Connection("filesystem://localhost/", transport_options=options) as connection:
        channel = connection.channel()
        assert isinstance(channel, filesystem.Channel)
        with pytest.raises(ValueError, match="Expecting value"):
            channel._get(QUEUE)


def test_a_folder_that_cannot_be_written_is_said(channel: Any, tmp_path: Path) -> None:
    tmp_path.rmdir()
    with pytest.raises(ChannelError):
        channel._put(QUEUE, {})
