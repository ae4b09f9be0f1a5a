"""Load the demo office: tell every story, draw the files, write the rows in chunks."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from admin_app.applications.models import Application
from admin_app.applications.queries import materials
from admin_app.applications.rules import Applicant, Reason, Status
from admin_app.centres import queries as centres
from admin_app.demo import accounts, office
from admin_app.demo.bulk import BulkWriter, set_sequences
from admin_app.demo.casework import Case, write_case
from admin_app.demo.copies import Copier, People, people_ahead, settled_year
from admin_app.demo.documents import needs_of, note_originals, originals_of, papers_of
from admin_app.demo.file_pool import FilePool
from admin_app.demo.frame import Frame, Numbers, Progress
from admin_app.demo.identities import MAX_PEOPLE
from admin_app.demo.losses import lone_loss, loss_behind
from admin_app.demo.mail import Mailroom
from admin_app.demo.people import Person, person
from admin_app.demo.registry import add_loss, add_resident
from admin_app.demo.rhythm import Arrivals, OfficeDays
from admin_app.demo.stories import Story, tell
from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.residents.models import Resident

CHUNK = 2_500
OFFICE, COPY_ABOVE = 5_000, 20_000
"""above the second, an office of about the first size is told case by case and then copied"""
FEW = 2_000
"""up to here every open case has files of its own"""
DRAFT_EVERY = 4
"""in the smallest offices; the bigger ones have about as many drafts on a desk"""
LONE_LOSS_SHARE = 0.07
"""loss reports that nobody applied on, for each application"""
_SERIES = "demo-people-"
_HELPERS_FROM = 3_000_000
"""indexes of people who only act for others; they are never registered"""


class NotADemo(Conflict):
    """The database holds cases, staff or centres of real people, or a demo of another seed."""


@dataclass(frozen=True)
class Loaded:
    """What one load has added."""

    applications: int
    rows: int
    accounts: accounts.Accounts


def load(count: int, *, seed: int, report: Progress) -> Loaded:
    """Add `count` applications and whatever the office lacks; raises NotADemo, changes nothing then.

    The same seed on the same day gives the same office, except for passwords. Opens its own transactions, one a chunk.
    """
    first = refuse_real_casework(seed)
    if first + int(count * (1 + LONE_LOSS_SHARE)) > MAX_PEOPLE:
        raise Conflict(_l("A demo office holds at most %(most)s applications.", most=f"{int(MAX_PEOPLE / (1 + LONE_LOSS_SHARE)):,}"))
    fresh, stored = accounts.generate()
    with transaction():
        office.open_centres()
        office.set_up_printers()
        office.mark_holidays(clock.today().year)
        office.hire(stored)
    if fresh:
        accounts.write_down(fresh)
    rows = 0
    for size, copies in offices(count):
        rows += Loader(size, seed=seed, first=Numbers().last(_series(seed)), report=report, copies=copies).run()
    return Loaded(count, rows, fresh)


def offices(count: int) -> list[tuple[int, int]]:
    """How `count` applications are made up: (size of an office that is told case by case, copies of it)."""
    if count <= COPY_ABOVE:
        return [(count, 0)] if count else []
    times = count // OFFICE
    size, rest = divmod(count, times)
    return [(size, times - 1), *([(rest, 0)] if rest else [])]


def refuse_real_casework(seed: int) -> int:
    """NotADemo unless all casework was made by the demo with this seed; returns how many people it has used."""
    if db.session.scalar(select(exists().where(Resident.is_fictitious.is_(False)))):
        raise NotADemo(_l("This database holds cases that are not made by the demo. Nothing was added."))
    numbers = Numbers()
    used = numbers.last(_series(seed))
    if not used and db.session.scalar(select(exists().where(Application.id > 0))):
        raise NotADemo(_l("This database holds a demo office of another seed. Use that seed, or an empty database."))
    if not used and office.holds_others():
        raise NotADemo(_l("This office has staff or centres that are not made by the demo. Nothing was added."))
    return used


def is_loaded() -> bool:
    """Whether a demo was loaded here, of any seed."""
    return any(last for series, last in Numbers().all().items() if series.startswith(_SERIES))


def _series(seed: int) -> str:
    return f"{_SERIES}{seed}"


class Loader:
    """One load from the first story to the last row."""

    def __init__(self, count: int, *, seed: int, first: int, report: Progress, copies: int = 0) -> None:
        self.count, self.seed, self.first, self.report, self.copies = count, seed, first, report, copies
        self.days = OfficeDays(now=clock.now(), zone=clock.office_zone(), calendar=centres.calendar())
        self.roster = office.roster()
        self.table = materials.in_force()
        self.arrivals = Arrivals(self.days, count=count, seed=seed)
        self.numbers = Numbers()
        self.hours = settings.current().provisional_loss_hours
        self.residents: dict[int, int] = {}
        self.births: list[dt.date] = []
        self.kept: dict[str, list[tuple[Any, ...]]] | None = {} if copies else None
        self.mailroom: Mailroom | None = None
        self.file_pool = FilePool(self.days, seed=f"{seed}/{first}")

    def run(self) -> int:
        """Write everything; returns the number of rows."""
        self.file_pool.draw_pool(self.report)
        before, written = self.numbers.all(), 0
        for start in range(0, self.count, CHUNK):
            end = min(start + CHUNK, self.count)
            cases = [self.case(index) for index in range(start, end)]
            if self.count <= FEW:
                self.file_pool.draw_own(cases, self.report)
            written += self._write_chunk(cases, last=end == self.count)
            self.report("cases", end, self.count * (1 + self.copies))
        return written + (self._copy(before) if self.copies else 0)

    def _copy(self, before: dict[str, int]) -> int:
        """The same office again and again with other people; returns the number of rows."""
        after, people, written = self.numbers.all(), self.count + self._lone, 0
        grown = {series: last - before.get(series, 0) for series, last in after.items()}
        copier: Copier | None = None
        for number, residents in enumerate(people_ahead(self._people(people)), 1):
            with transaction():
                writer = BulkWriter()
                copier = copier or Copier(self.kept or {}, writer, grown)
                written += copier.write(writer, number, residents)
                for series, step in grown.items():
                    if step:
                        self.numbers.put(series, after[series] + number * step)
                self.numbers.save()
                set_sequences()
            self.report("cases", self.count * (1 + number), self.count * (1 + self.copies))
        return written

    def _people(self, step: int) -> Iterator[People]:
        """Who lives in each copy; each person of the first office stands for one of the same age group."""
        numbers, today = [index - self.first for index in self.residents], self.days.today
        years = tuple(settled_year(born, today) for born in self.births)
        for copy in range(1, self.copies + 1):
            moved = tuple(copy * step + number for number in numbers)
            yield People(self.seed, self.first, moved, years, today, crypto.keyring())

    def case(self, index: int) -> Case:
        """Everything about application `index` of this load."""
        arrival = self.arrivals.arrival(index)
        earlier = self._earlier(index)
        who = self._person(index if earlier is None else earlier)
        age = who.age(arrival.day)
        story = self._story(index, age)
        rng = Random(f"{self.seed}/{self.first}/papers/{index}")
        loss = loss_behind(story, rng, now=self.days.now, hours=self.hours)
        needs = needs_of(story, self.table, age=age)
        papers = papers_of(story, rng, needs=needs)
        note_originals(papers, originals_of(story, self.table, age=age), index=index)
        number = self.numbers.reference("BK", "application", arrival.day)
        loss_number = self.numbers.reference("GS", "loss_report", self.days.day_of(loss.reported_at)) if loss else ""
        alone = story.applicant == Applicant.SELF and story.reason != Reason.DATA_CHANGED
        agent = who if alone else self._agent(index)
        return Case(story, who, agent, loss, papers, needs, number, loss_number)

    def _story(self, index: int, age: int) -> Story:
        rng = Random(f"{self.seed}/{self.first}/story/{index}")
        arrival, few, draft_every = self.arrivals.arrival(index), self.count <= FEW, max(DRAFT_EVERY, self.count // 75)
        return tell(rng, index, arrival, days=self.days, roster=self.roster, age=age, few=few, draft_every=draft_every)

    def _person(self, number: int) -> Person:
        return person(self.first + number, seed=self.seed, today=self.days.today)

    def _earlier(self, index: int) -> int | None:
        """The application that made this one's resident known, for the few who apply again; both are never open at once."""
        before = index - int(self.count * 0.55)
        if before < 0 or Random(f"{self.seed}/{self.first}/again/{index}").random() >= 0.06:
            return None
        story = self._story(before, self._person(before).age(self.arrivals.arrival(before).day))
        over = story.stage in (Status.REJECTED, Status.WITHDRAWN) and story.reason not in ("lost", "stolen")
        served = bool(story.cards) and (story.cards[-1].posted_at or story.cards[-1].collected_at)
        return before if over or served else None

    def _agent(self, index: int) -> Person:
        """An adult who acts for the resident where somebody does."""
        for attempt in range(20):
            helper = person(_HELPERS_FROM + index * 20 + attempt, seed=self.seed, today=self.days.today)
            if 24 <= helper.age(self.days.today) <= 68 and not helper.name.is_foreign:
                return helper
        return helper

    def _write_chunk(self, cases: list[Case], *, last: bool) -> int:
        with transaction():
            frame = self._frame()
            self.mailroom = self.mailroom or Mailroom(frame)
            self.mailroom.use(frame)
            files = self.file_pool.write_rows(frame.writer)
            for case in cases:
                write_case(frame, case, self.mailroom, files)
            if last:
                self._write_lone_losses(frame)
            self.numbers.put(_series(self.seed), self.first + (self.count + self._lone if last else cases[-1].story.index + 1))
            frame.writer.write()
            self.mailroom.close_books()
            self.numbers.save()
            set_sequences()
            return frame.writer.written

    @property
    def _lone(self) -> int:
        return int(self.count * LONE_LOSS_SHARE)

    def _frame(self) -> Frame:
        now = settings.current()
        return Frame(
            seed=self.seed,
            count=self.count,
            first_person=self.first,
            days=self.days,
            roster=self.roster,
            writer=BulkWriter(),
            numbers=self.numbers,
            promised_days=now.promised_days,
            statutory_days=now.statutory_days,
            answer_days=now.answer_days,
            claim_minutes=now.claim_minutes,
            residents=self.residents,
            births=self.births,
            kept=self.kept,
        )

    def _write_lone_losses(self, frame: Frame) -> None:
        for number in range(self._lone):
            report = lone_loss(number, seed=self.seed, days=self.days, roster=self.roster, hours=self.hours)
            who = self._person(self.count + number)
            resident = add_resident(frame, who, at=report.reported_at, by=report.taken_by)
            reference = self.numbers.reference("GS", "loss_report", self.days.day_of(report.reported_at))
            rng = Random(f"{self.seed}/{self.first}/lone/{number}")
            add_loss(frame, report, reference=reference, resident=resident, key=f"lone {number}", proof=None, rng=rng)
