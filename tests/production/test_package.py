"""The package for the maker: what is in it, that only the maker opens it, that it is never in the clear outside of memory."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import zipfile

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image

from admin_app.audit.models import AuditEntry
from admin_app.foundation import crypto, envelopes
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.models import StoredFile
from admin_app.production import jobs as doors
from admin_app.production.models import ProductionBatch
from tests.factories.production import (
    card_with_photo,
    cards_with_photos,
    certificate,
    key_of,
    lines_of,
    make_maker,
    open_production,
    photo_file,
    sent_production,
)


def opened_by_openssl(package: bytes, folder) -> bytes:
    """What the command of OpenSSL finds in a package with the maker's key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    names = {"package.p7m": package, "cert.pem": certificate().encode()}
    names["key.pem"] = key_of().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name, content in names.items():
        (folder / name).write_bytes(content)
    command = [
        "openssl",
        "cms",
        "-decrypt",
        "-inform",
        "DER",
        "-in",
        "package.p7m",
        "-recip",
        "cert.pem",
        "-inkey",
        "key.pem",
        "-out",
        "x.zip",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "x.zip").read_bytes()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_maker_opens_it_with_openssl_and_finds_each_card_with_its_photo(clerk, centre, mailer, tmp_path):
    cards = [card_with_photo(clerk, centre), card_with_photo(clerk, centre, photo_file(716, 882))]
    batch = open_production(mailer, make_maker())
    files = unpacked(opened_by_openssl(storage.read(batch.package), tmp_path))
    rows = list(csv.DictReader(io.StringIO(files["cards.csv"].decode("utf-8-sig"))))
    people = [card.application.resident for card in cards]
    assert [row["name"] for row in rows] == [person.name for person in people]
    assert [row["id_number"] for row in rows] == [person.open_id_number() for person in people]
    assert [row["key"] for row in rows] == [line.key for line in lines_of(batch)]
    for row in rows:
        picture = Image.open(io.BytesIO(files[row["photo"]]))
        assert (picture.size, picture.format) == ((358, 441), "JPEG")
    assert set(rows[0]) == {"key", "name", "name_latin", "id_number", "photo"}


def test_the_list_of_files_says_the_count_and_the_hash_of_each_and_its_own_hash_stands_in_the_batch(clerk, centre, mailer, tmp_path):
    cards_with_photos(2, clerk, centre)
    batch = open_production(mailer, make_maker())
    package = storage.read(batch.package)
    files = unpacked(opened_by_openssl(package, tmp_path))
    manifest = json.loads(files["manifest.json"])
    assert (manifest["cards"], manifest["batch"]) == (2, batch.reference)
    said = {one["name"]: one["sha256"] for one in manifest["files"]}
    assert said == {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
    assert batch.manifest_sha256 == hashlib.sha256(files["manifest.json"]).hexdigest()
    assert batch.package_sha256 == hashlib.sha256(package).hexdigest()


def test_nothing_that_is_stored_holds_a_name_or_a_number_in_the_clear(clerk, centre, mailer):
    (card,) = cards_with_photos(1, clerk, centre)
    batch = open_production(mailer, make_maker())
    number, name = card.application.resident.open_id_number(), card.application.resident.name
    for stored in db.session.scalars(sa.select(StoredFile)):
        content = storage.read(stored)
        assert number.encode() not in content and name.encode() not in content, stored.original_name
    assert batch.package.kind == "p7m"


def test_somebody_elses_key_does_not_open_it():
    with pytest.raises(envelopes.CertificateRefused):
        envelopes.seal(b"x", certificate(rsa.generate_private_key(public_exponent=65537, key_size=1024)))
    sealed = envelopes.seal(b"the cards", certificate())
    assert b"the cards" not in sealed


@pytest.mark.parametrize("what", ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "王", "x" * 30_000])
def test_what_is_no_certificate_is_refused(app, what):
    with pytest.raises(envelopes.CertificateRefused):
        envelopes.read_certificate(what)


def test_a_private_key_and_a_key_that_is_no_rsa_key_are_refused_with_words(app):
    private = key_of().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(envelopes.CertificateRefused) as refused:
        envelopes.read_certificate(certificate() + private)
    assert "private key" in str(refused.value.message)
    with pytest.raises(envelopes.CertificateRefused) as refused:
        envelopes.read_certificate(certificate(ec.generate_private_key(ec.SECP256R1())))
    assert "RSA" in str(refused.value.message)


def test_the_job_done_twice_makes_one_package(clerk, centre, mailer):
    cards_with_photos(1, clerk, centre)
    batch = open_production(mailer, make_maker())
    job = db.session.get_one(Job, batch.job_id)
    before = batch.package_sha256
    assert doors.make_package(job) is None
    db.session.refresh(batch)
    assert batch.package_sha256 == before


def test_a_card_left_out_while_the_package_is_made_throws_that_package_away(clerk, centre, mailer, monkeypatch):
    cards_with_photos(1, clerk, centre)
    monkeypatch.setattr(jobs, "run", lambda public_id: None)
    batch = open_production(mailer, make_maker())
    job = db.session.get_one(Job, batch.job_id)
    seal = envelopes.seal

    def meanwhile(data: bytes, pem: str) -> bytes:
        with transaction() as session:
            session.execute(sa.update(ProductionBatch).values(version=ProductionBatch.version + 1))
        return seal(data, pem)

    monkeypatch.setattr(envelopes, "seal", meanwhile)
    assert doors.make_package(job) is None
    db.session.refresh(batch)
    assert (batch.package_id, batch.exported_at) == (None, None)


def test_each_download_stands_in_the_log_before_the_file_leaves(clerk, centre, mailer, sign_in):
    cards_with_photos(1, clerk, centre)
    batch = open_production(mailer, make_maker())
    browser = sign_in(mailer)
    got = browser.post(f"/production/{batch.public_id}/download")
    assert got.status_code == 200 and got.headers["Content-Type"] == "application/pkcs7-mime"
    assert hashlib.sha256(got.data).hexdigest() == batch.package_sha256
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "production.downloaded")).one()
    assert entry.changes["sha256"] == batch.package_sha256


def test_the_page_and_the_cover_sheet_say_count_and_hash(clerk, centre, mailer, sign_in):
    cards_with_photos(1, clerk, centre)
    batch = sent_production(mailer, make_maker())
    browser = sign_in(mailer)
    page = browser.get(f"/production/{batch.public_id}").text
    assert batch.package_sha256[:8] in page and batch.package_sha256[-8:] in page
    for language in ("en", "zh"):
        sheet = browser.get(f"/production/{batch.public_id}/cover.pdf?language={language}")
        assert sheet.status_code == 200 and sheet.data.startswith(b"%PDF")


def test_the_package_needs_the_ring_of_keys_to_be_read_from_the_store(clerk, centre, mailer):
    cards_with_photos(1, clerk, centre)
    batch = open_production(mailer, make_maker())
    stored = storage.objects.store().sealed(batch.package_sha256)
    assert stored != storage.read(batch.package)
    assert crypto.keyring() is not None
