"""Which stored file belongs to which document: an own one while it matters, else one of a shared pool."""

from admin_app.applications.rules import Delivery
from admin_app.demo import chances, files
from admin_app.demo.bulk import BulkWriter
from admin_app.demo.casework import Case, FileOf
from admin_app.demo.files import Drawn
from admin_app.demo.frame import Progress, seeded_id
from admin_app.demo.losses import LossStory
from admin_app.demo.people import person
from admin_app.demo.rhythm import OfficeDays
from admin_app.demo.sheets import Sheet

_DELIVERY = {Delivery.POST: "邮寄", Delivery.COLLECT: "网点自取"}
_SPECIMENS_FROM = 2_500_000
"""indexes of the people on pool files"""


class FilePool:
    """Draws files before the transaction and knows their rows inside it."""

    def __init__(self, days: OfficeDays, *, seed: str) -> None:
        self._days, self._seed = days, seed
        self._pool: dict[str, list[Drawn]] = {}
        self._own: dict[tuple[int, int], Drawn] = {}
        self._rows: dict[str, tuple[int, str]] = {}

    def draw_pool(self, report: Progress) -> None:
        """A few files of each kind for closed cases."""
        sheets = [self._specimen(kind, number) for kind in files.NAMES for number in range(files.POOL_SIZE)]
        for done, drawn in enumerate(files.store(sheets), 1):
            self._pool.setdefault(drawn.kind, []).append(drawn)
            report("pool", done, len(sheets))

    def draw_own(self, cases: list[Case], report: Progress) -> None:
        """Every open case of a small office gets files that show its own resident."""
        wanted = [(case, number) for case in cases if not case.story.decided_at for number in range(len(case.papers))]
        sheets = [self._sheet(case, number) for case, number in wanted]
        for done, ((case, number), drawn) in enumerate(zip(wanted, files.store(sheets), strict=True), 1):
            self._own[case.story.index, number] = drawn
            report("files", done, len(sheets))

    def write_rows(self, writer: BulkWriter) -> FileOf:
        """Give every file its row (pool files one for all) and return how to find it."""
        for kind, drawn in self._pool.items():
            for number, one in enumerate(drawn):
                self._row(writer, f"{kind}-{number}", one)

        def file_of(case: Case, number: int) -> tuple[int, str]:
            paper, index = case.papers[number], case.story.index
            own = self._own.get((index, number))
            if own is not None:
                return self._row(writer, f"own-{index}-{number}", own)
            return self._rows[f"{paper.file}-{(index * 7 + number) % files.POOL_SIZE}"]

        return file_of

    def _row(self, writer: BulkWriter, name: str, drawn: Drawn) -> tuple[int, str]:
        if name not in self._rows:
            public_id = seeded_id(self._seed, "file", name)
            row = writer.add("stored_file", public_id=public_id, created_at=self._days.now, **drawn.row())
            self._rows[name] = (row, drawn.sha256)
        return self._rows[name]

    def _specimen(self, kind: str, number: int) -> Sheet:
        who = person(_SPECIMENS_FROM + number * 2, seed=0, today=self._days.today)
        other = person(_SPECIMENS_FROM + number * 2 + 1, seed=0, today=self._days.today)
        day = f"{self._days.today:%Y-%m-%d}"
        texts = ("遗失", "邮寄", day, "GS-00-0000000", "正式挂失 Formal", "遗失 Lost", "演示网点")
        return Sheet(kind, f"pool/{kind}/{number}", who, other, self._days.today, self._days.now, texts)

    def _sheet(self, case: Case, number: int) -> Sheet:
        story, paper = case.story, case.papers[number]
        texts: tuple[str, ...] = (chances.PAPER_REASONS[story.reason], _DELIVERY[story.delivery], f"{story.arrival.day:%Y-%m-%d}")
        moment = story.arrival.at
        if paper.file == "loss_proof" and case.loss:
            texts += _loss_texts(case.loss, case.loss_reference)
            moment = (case.loss.formal_at or case.loss.reported_at).astimezone(self._days.zone)
        key = f"{self._seed}/{story.index}/{number}"
        return Sheet(paper.file, key, case.person, case.agent, self._days.today, moment, texts)


def _loss_texts(report: LossStory, reference: str) -> tuple[str, str, str, str]:
    kind = "正式挂失 Formal" if report.formal_at else "临时挂失 Provisional"
    event = "被盗 Stolen" if report.was_stolen else "遗失 Lost"
    return reference, kind, event, "社会保障卡服务中心"
