"""What the maker of cards gets: a ZIP with the cards as CSV and XLSX, their photos, the table for the answer, and a list of all files."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.tables.csv_file import to_csv
from reports.tables.xlsx_file import to_xlsx

COLUMNS = ("key", "name", "name_latin", "id_number", "photo")
ANSWER_COLUMNS = ("key", "serial", "fault")
"""Headings for programs: the same in every language."""
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the package: the same cards make the same bytes."""
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ProductionRow:
    """What is printed on one card, and the key by which the maker speaks of it."""

    key: str
    name: str
    name_latin: str
    id_number: str

    @property
    def photo(self) -> str:
        """Where its photo lies in the package."""
        return f"photos/{self.key}.jpg"


@dataclass(frozen=True)
class Package:
    """The ZIP, and the SHA-256 of its list of files, which holds the SHA-256 of each other file."""

    content: bytes
    manifest_sha256: str
    files: int
    """Files in it, the list included."""


def package(rows: Sequence[ProductionRow], photos: Mapping[str, bytes], *, batch: str, maker: str) -> Package:
    """Return the package of a batch; `photos` are JPEGs by key, one of each row. KeyError where one is missing.

    It is made in memory: nothing of it is ever written to a disk in the clear.
    """
    found = list(_files(rows, photos))
    files = [{"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in found]
    manifest = json.dumps({"batch": batch, "maker": maker, "cards": len(rows), "files": files}, ensure_ascii=False, indent=1).encode()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as packed:
        for name, content in ((MANIFEST, manifest), *found):
            packed.writestr(zipfile.ZipInfo(name, EARLIEST), content)
    return Package(whole.getvalue(), hashlib.sha256(manifest).hexdigest(), len(found) + 1)


def _files(rows: Sequence[ProductionRow], photos: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    table = [(row.key, row.name, row.name_latin, row.id_number, row.photo) for row in rows]
    yield "cards.csv", to_csv(COLUMNS, table)
    yield "cards.xlsx", to_xlsx(COLUMNS, table, name="cards")
    yield "answer.csv", to_csv(ANSWER_COLUMNS, answer_rows(row.key for row in rows))
    for row in rows:
        yield row.photo, photos[row.key]


def answer_rows(keys: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The rows that the maker fills in."""
    return ((key, "", "") for key in keys)
