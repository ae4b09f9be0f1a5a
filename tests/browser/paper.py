"""What a resident brings to the counter: real files of a fictitious person, made by the demo office's own drawing."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from random import Random

from admin_app.demo import id_cards, papers, people, portraits, proofs
from admin_app.demo.people import Person

TODAY = dt.date(2026, 11, 22)
SEED = 990_017
"""Far from the seeds of the demo offices, so that these people are new to the desk."""


@dataclass(frozen=True)
class Visitor:
    """A person at the counter and the files on their stick: material → paths."""

    person: Person
    files: dict[str, list[str]]


def visitor(number: int, folder: Path) -> Visitor:
    """Visitor `number` of this run; files are written below `folder`."""
    someone, rng = people.person(number, seed=SEED, today=TODAY, year=1985), Random(number)
    folder.mkdir(parents=True, exist_ok=True)
    sex = someone.identity.sex
    proof = proofs.loss_proof(
        rng, someone, reference="GS-26-9999999", kind="formal", event="lost", office="文三路网点", received=dt.datetime(2026, 11, 20, 9, 30)
    )
    made = {
        "id-front.jpg": id_cards.front(rng, someone, age=40),
        "id-back.jpg": id_cards.back(rng, someone, valid_from_year=2015, valid_to="长期"),
        "form.jpg": papers.application_form(rng, someone, reason="lost", delivery="post", day="2026-11-22"),
        "photo.jpg": portraits.portrait_jpeg(rng, sex=sex, age=40),
        "proof.pdf": proof,
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    (folder / "notes.txt").write_text("This is not a picture.", encoding="utf-8")
    at = {name: str(folder / name) for name in (*made, "notes.txt")}
    return Visitor(
        someone,
        {
            "id_copy": [at["id-front.jpg"], at["id-back.jpg"]], "application_form": [at["form.jpg"]], "photo": [at["photo.jpg"]],
            "loss_proof": [at["proof.pdf"]], "wrong": [at["notes.txt"]],
        },
    )  # fmt: skip
