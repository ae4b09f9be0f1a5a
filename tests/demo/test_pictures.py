"""Demo scans and photos: right size, plainly marked, the same bytes every time, quick to draw."""

import datetime as dt
import time
from io import BytesIO
from random import Random

import pypdfium2
import pytest
from PIL import Image

from admin_app.demo import id_cards, papers, portraits, proofs
from admin_app.demo.people import person

TODAY = dt.date(2026, 11, 22)
RESIDENT = person(5, seed=7, today=TODAY)
OTHER = person(6, seed=7, today=TODAY)

DRAWN = {
    "ID front": lambda rng: id_cards.front(rng, RESIDENT, age=28),
    "expired ID front": lambda rng: id_cards.front(rng, RESIDENT, age=28, expired=True),
    "ID back": lambda rng: id_cards.back(rng, RESIDENT, valid_from_year=2015, valid_to="2035"),
    "portrait": lambda rng: portraits.portrait_jpeg(rng, sex="F", age=33),
    "form": lambda rng: papers.application_form(rng, RESIDENT, reason="遗失", delivery="邮寄", day="2026-11-20"),
    "household book": lambda rng: papers.household_book(rng, RESIDENT, guardian=OTHER),
    "authority": lambda rng: papers.authority(rng, RESIDENT, proxy=OTHER, day="2026-11-20"),
    "old card": lambda rng: papers.handed_in_card(rng, RESIDENT, broken=True),
}


def _proof(rng):
    return proofs.loss_proof(
        rng, RESIDENT, reference="GS-26-0000123", kind="正式挂失 Formal", event="遗失 Lost", office="西湖服务中心",
        received=dt.datetime(2026, 11, 20, 9, 38),
    )  # fmt: skip


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_a_picture_is_a_jpeg_that_decodes(draw):
    picture = Image.open(BytesIO(draw(Random(1))))
    picture.load()
    assert picture.format == "JPEG"
    assert picture.mode == "RGB"


@pytest.mark.parametrize("draw", [*DRAWN.values(), _proof], ids=[*DRAWN, "loss proof"])
def test_the_same_seed_gives_the_same_bytes(draw):
    assert draw(Random(1)) == draw(Random(1))


@pytest.mark.parametrize("draw", [*DRAWN.values(), _proof], ids=[*DRAWN, "loss proof"])
def test_another_seed_gives_other_bytes(draw):
    assert draw(Random(1)) != draw(Random(2))


@pytest.mark.parametrize("kind", [kind for kind in DRAWN if kind != "portrait"])
def test_the_sample_mark_is_red_across_the_middle(kind):
    picture = Image.open(BytesIO(DRAWN[kind](Random(1))))
    middle = picture.crop((picture.width // 4, picture.height // 4, picture.width * 3 // 4, picture.height * 3 // 4))
    reddish = sum(red > green + 28 and red > blue + 28 for red, green, blue in middle.get_flattened_data())
    assert reddish > 1_500


def test_a_portrait_has_the_pixels_and_dpi_of_the_card_photo_profile():
    photo = Image.open(BytesIO(DRAWN["portrait"](Random(1))))
    assert photo.size == (358, 441)
    assert photo.info["dpi"] == (350, 350)


def test_a_portrait_has_a_white_border():
    photo = Image.open(BytesIO(DRAWN["portrait"](Random(1))))
    corners = [photo.getpixel((3, 3)), photo.getpixel((354, 3))]
    assert all(min(pixel) > 240 for pixel in corners)


@pytest.mark.parametrize("fault", portraits.FAULTS)
def test_a_faulty_portrait_differs_from_the_good_one(fault):
    good = portraits.portrait_jpeg(Random(4), sex="M", age=40)
    assert portraits.portrait_jpeg(Random(4), sex="M", age=40, fault=fault) != good


def test_a_loss_proof_is_one_page_of_pdf():
    document = pypdfium2.PdfDocument(_proof(Random(1)))
    assert len(document) == 1


def test_an_id_scan_is_drawn_in_well_under_a_second():
    id_cards.front(Random(0), RESIDENT, age=28)
    started = time.process_time()
    for number in range(5):
        id_cards.front(Random(number), RESIDENT, age=28)
    # 50 ms measured; the bound is wide because test machines are shared
    assert (time.process_time() - started) / 5 < 0.2
