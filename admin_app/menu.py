"""Which screens exist, and what the sidebar of each role shows."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from admin_app import fact_table, undo_table, unsent_table
from admin_app.applications import crud_view as reasons
from admin_app.applications.queries import intake as intake_queries
from admin_app.applications.queries import promises as promise_queries
from admin_app.applications.queries import queue
from admin_app.applications.views import case as case_views
from admin_app.applications.views import documents, draft, found, held, intake, letter, originals, papers, portrait, receipts
from admin_app.applications.views import lists as application_lists
from admin_app.applications.views import queue as queue_views
from admin_app.applications.views import search as search_views
from admin_app.audit import rules as audit_rules
from admin_app.audit import views as audit
from admin_app.cards import queries as card_queries
from admin_app.cards import views as cards
from admin_app.cards.lists import CARDS, DESTRUCTIONS, SEALING
from admin_app.centres import crud_view as centres_admin
from admin_app.centres import queries as centre_queries
from admin_app.centres import views as centres
from admin_app.centres.lists import CENTRES
from admin_app.dashboard import lists as report_lists
from admin_app.dashboard import views as dashboard
from admin_app.erasures import views as erasures
from admin_app.erasures.lists import ERASURES
from admin_app.extracts import views as extracts
from admin_app.foundation import data_keys, database_refusals, index_keys
from admin_app.intake_api import views as clients
from admin_app.intake_api.lists import CLIENTS
from admin_app.loss_reports import queries as loss_report_queries
from admin_app.loss_reports import views as loss_reports
from admin_app.loss_reports.lists import LOSS_REPORTS
from admin_app.mailing import crud_view as stocks
from admin_app.mailing import lists as mailing
from admin_app.mailing.queries import batches as batch_queries
from admin_app.mailing.queries import letters as enclosed
from admin_app.mailing.queries import returns as return_queries
from admin_app.mailing.views import (
    batch_letters,
    carrier_file,
    jammed,
    label_designs,
    openings,
    redirecting,
    return_list,
    returns,
    sheet_list,
    slips,
    tracing,
    whereabouts,
)
from admin_app.mailing.views import batches as mailing_batches
from admin_app.mailing.views import carrier as mailing_carrier
from admin_app.mailing.views import finding as mailing_finding
from admin_app.mailing.views import parcels as mailing_parcels
from admin_app.mailing.views import posting as mailing_posting
from admin_app.mailing.views import posting_list as mailing_posting_list
from admin_app.mailing.views import printers as label_printers
from admin_app.mailing.views import ready as mailing_lists
from admin_app.mailing.views import runs as mailing_runs
from admin_app.mailing.views import sheets as sheet_views
from admin_app.mailing.views import stuffing as mailing_stuffing
from admin_app.notices import queries as notice_queries
from admin_app.notices import views as notices
from admin_app.notices.lists import NOTICES
from admin_app.production import crud_view as makers
from admin_app.production import lists as production_lists
from admin_app.production import views as production
from admin_app.production.queries import batches as production_queries
from admin_app.residents import queries as resident_queries
from admin_app.residents import rules as resident_rules
from admin_app.residents import views as residents
from admin_app.restrictions import operations as restriction_operations
from admin_app.restrictions import views as restrictions
from admin_app.restrictions.lists import RESTRICTIONS
from admin_app.retention import queries as retention_queries
from admin_app.retention.views import RetentionView
from admin_app.staff import permissions
from admin_app.staff.lists import PERMISSIONS, STAFF
from admin_app.staff.views import account, members, old_addresses, passkeys, proving, second_factor, sessions, sign_in
from admin_app.unsent_forms import views as unsent_forms
from admin_app.web import address_view, ended_sessions, fact_words, fresh_proof, navigation, promised_day, search_hits
from admin_app.web.health_view import FAILED_JOBS, AliveView, HealthView
from admin_app.web.job_view import JobView
from admin_app.web.lists import page as lists
from admin_app.web.lists_view import ListsView
from admin_app.web.navigation import Counter, NavItem
from admin_app.web.reference_view import ReferenceView
from admin_app.web.undo_view import UndoView

NAVIGATION: tuple[NavItem, ...] = (
    NavItem(_l("Home"), "HomeView.index", "home", "home"),
    NavItem(_l("Counter"), "IntakeView.index", "clipboard-list", "applications.take_in", count="intake_waiting"),
    NavItem(_l("Queue"), "QueueView.index", "inbox", "applications.read", "unclaimed"),
    NavItem(_l("My cases"), "QueueView.index", "user-check", "applications.claim", "mine", {"tab": "mine"}),
    NavItem(_l("Residents"), "ResidentView.index", "users", "residents.read"),
    NavItem(_l("Loss reports"), "LossReportView.index", "alert-triangle", "loss_reports.read", count="loss_reports_to_call"),
    NavItem(_l("Cards"), "CardView.index", "credit-card", "cards.read", count="cards_waiting"),
    NavItem(_l("Production"), "ProductionView.index", "package", "production.read", count="production_to_do"),
    NavItem(_l("Mailroom"), "MailingView.ready", "mail-forward", "mailing.read", count="cards_to_mail"),
    NavItem(_l("Notices"), "NoticeView.index", "mail", "notices.print", count="letters_waiting"),
    NavItem(_l("Returns"), "ReturnsView.index", "inbox", "mailing.read", count="returns_due"),
    NavItem(_l("Reports"), "ReportView.index", "chart-line", "reports.read"),
    NavItem(_l("Audit log"), "AuditView.index", "shield-search", "audit.read"),
    NavItem(_l("Proof of the log"), "ProofView.index", "shield-check", "audit.read"),
    NavItem(_l("Who looked"), "ReadingView.index", "eye", "readings.read"),
    NavItem(_l("Restricted records"), "RestrictionView.index", "lock", "restrictions.read"),
    NavItem(_l("Erasures"), "ErasureView.index", "circle-x", "erasures.read"),
    NavItem(_l("Retention"), "RetentionView.index", "clock", "retention.read"),
    NavItem(_l("Staff"), "StaffView.index", "users", "staff.read"),
    NavItem(_l("Service centres"), "CentresView.index", "map-pin", "centres.read"),
    NavItem(_l("Reason codes"), "ReasonCodeReferenceView.list", "list-check", "reason_codes.edit"),
    NavItem(_l("Materials"), "MaterialRuleReferenceView.list", "checklist", "material_rules.edit"),
    NavItem(_l("Makers of cards"), "CardMakerReferenceView.list", "building", "card_makers.read"),
    NavItem(_l("Photo profiles"), "PhotoProfileReferenceView.list", "photo", "photo_profiles.edit"),
    NavItem(_l("Label stocks"), "LabelStockReferenceView.list", "tag", "label_stocks.edit"),
    NavItem(_l("Label printers"), "LabelPrinterReferenceView.list", "printer", "label_printers.edit"),
    NavItem(_l("Manage centres"), "CentreReferenceView.list", "building-community", "centres.edit"),
    NavItem(_l("Calendar"), "CalendarDayReferenceView.list", "calendar-event", "calendar.read"),
    NavItem(_l("Holiday notices"), "CalendarYearReferenceView.list", "calendar", "calendar.read"),
    NavItem(_l("API clients"), "ClientView.index", "link", "clients.read"),
    NavItem(_l("System"), "HealthView.index", "heart-rate-monitor", "system.read"),
)

COUNTERS: dict[str, Counter] = {
    "unclaimed": queue.unclaimed_ids,
    "mine": queue.mine_ids,
    "intake_waiting": intake_queries.waiting,
    "loss_reports_to_call": navigation.Varying(loss_report_queries.to_call, loss_report_queries.asked_call),
    "cards_waiting": card_queries.waiting_for,
    "production_to_do": production_queries.to_do,
    "cards_to_mail": batch_queries.waiting_for,
    "letters_waiting": notice_queries.waiting_for,
    "returns_due": return_queries.waiting_for,
}
"""What the numbers in the sidebar count: name -> function(actor) that selects the ids to count, visibility included."""

SCREENS = (
    queue_views.QueueView,
    case_views.CaseView,
    letter.LetterView,
    search_views.SearchView,
    sign_in.SignInView,
    old_addresses.OldAddressView,
    account.AccountView,
    account.PreferencesView,
    sessions.SessionsView,
    second_factor.SecondFactorView,
    passkeys.PasskeysView,
    JobView,
    address_view.AddressView,
    UndoView,
    ListsView,
    residents.ResidentView,
    unsent_forms.UnsentFormView,
    loss_reports.LossReportView,
    intake.IntakeView,
    draft.DraftView,
    receipts.ReceiptView,
    portrait.PortraitView,
    held.HeldUploadView,
    documents.DocumentView,
    originals.OriginalView,
    papers.PaperView,
    HealthView,
    members.StaffView,
    clients.ClientView,
    audit.AuditView,
    audit.ProofView,
    audit.ListFileView,
    audit.ReadingView,
    RetentionView,
    restrictions.RestrictionView,
    erasures.ErasureView,
    extracts.ExtractView,
    centres.CentresView,
    dashboard.HomeView,
    dashboard.GuideView,
    dashboard.ReportView,
    dashboard.FigureView,
    cards.CardView,
    cards.TogetherView,
    *production.SCREENS,
    cards.SealingView,
    mailing_lists.MailingView,
    mailing_batches.BatchView,
    mailing_runs.RunView,
    mailing_stuffing.StuffingView,
    *label_designs.SCREENS,
    *slips.SCREENS,
    jammed.JammedView,
    openings.OpeningView,
    sheet_views.SheetView,
    mailing_posting.PostingView,
    mailing_carrier.CarrierView,
    mailing_posting_list.PostingListView,
    batch_letters.BatchLettersView,
    mailing_parcels.ParcelView,
    tracing.TracingView,
    returns.ReturnsView,
    carrier_file.CarrierFileView,
    redirecting.RedirectView,
    notices.NoticeView,
    centres_admin.CentreReferenceView,
    centres_admin.CalendarDayReferenceView,
    centres_admin.CalendarYearReferenceView,
    reasons.ReasonCodeReferenceView,
    reasons.MaterialRuleReferenceView,
    makers.CardMakerReferenceView,
    reasons.PhotoProfileReferenceView,
    stocks.LabelStockReferenceView,
    label_printers.LabelPrinterReferenceView,
    label_printers.LabelPrinterView,
)

LISTS = (
    application_lists.QUEUE,
    application_lists.COUNTER,
    found.PEOPLE,
    found.HITS,
    LOSS_REPORTS,
    CARDS,
    production_lists.BATCHES,
    production_lists.LINES,
    SEALING,
    DESTRUCTIONS,
    return_list.RETURNS,
    sheet_list.SHEETS,
    sheet_list.SPOILED,
    mailing.READY,
    mailing.BATCHES,
    mailing.PARCELS,
    mailing.STUFFING,
    mailing.POSTING,
    mailing.BOOKINGS,
    NOTICES,
    *report_lists.LISTS,
    audit.AUDIT_LOG,
    audit.READINGS,
    RESTRICTIONS,
    ERASURES,
    STAFF,
    CLIENTS,
    PERMISSIONS,
    CENTRES,
    FAILED_JOBS,
    *(screen.page for screen in SCREENS if issubclass(screen, ReferenceView)),
)
"""Every list of the desk, as its room describes it."""


def add_screens(appbuilder: Any) -> None:
    """Register every screen of the desk; none has an entry in the framework's own menu."""
    views = {screen: appbuilder.add_view_no_menu(screen) for screen in SCREENS}
    appbuilder.sm.auth_view = views[sign_in.SignInView]
    audit.note_readings(current_app)
    lists.install(current_app, LISTS)
    navigation.install(current_app, navigation.Navigation(NAVIGATION, COUNTERS))


def add_passages(appbuilder: Any) -> None:
    """What every process has, whichever doors it opens: the words of the log and of days, and what rooms ask of those above them."""
    appbuilder.add_view_no_menu(AliveView)
    of_log = {"action_text": audit_rules.action_text, "actor": audit_rules.actor, "told": fact_words.told}
    of_people = {"name_for": resident_rules.shown_name, "names_for": resident_rules.shown_names, "promised": promised_day.promised}
    current_app.jinja_env.filters.update(of_log | of_people | {"record_words": fact_words.record})
    current_app.add_template_test(promised_day.is_guess, "not_final")
    current_app.add_template_global(fact_words.lines, "fact_lines")
    _lead_upwards()
    undo_table.install()
    unsent_table.install()


def _lead_upwards() -> None:
    """Lead from a lower room into an upper one, which it does not know."""
    promised_day.IS_GUESS.put(centre_queries.is_guess)
    fresh_proof.PROVER.put(proving.PROVER)
    ended_sessions.SIGN_IN.put(sign_in.in_place)
    fact_words.FACTS.put(fact_table.facts(LISTS, (screen for screen in SCREENS if issubclass(screen, ReferenceView))))
    fact_words.TOLD.put(fact_table.TOLD)
    case_views.SECTIONS.put((whereabouts.case_section, notices.case_section))
    notices.CASE_PAGE.put("CaseView.show")
    notices.LABELS.put(enclosed.label_places)
    cards.SECTIONS.put((whereabouts.card_section,))
    sections = (erasures, restrictions, unsent_forms, whereabouts, intake, loss_reports, extracts)
    residents.SECTIONS.put(tuple(room.resident_section for room in sections))
    permissions.AROUND.put(restriction_operations.checked)
    residents.DESTINATIONS.put({"application": "IntakeView.new", "loss_report": "LossReportView.new"})
    residents.CALLED_ABOUT.put("LossReportView.show")
    residents.CALL_LIST.put(("LossReportView.index", {"tab": "call"}))
    loss_reports.CASE_PAGE.put("DraftView.show")
    centres_admin.WOULD_MOVE.put(promise_queries.would_move)
    extracts.HOW_LONG.put(retention_queries.said_of)
    search_hits.FINDERS.put((cards.find, production.find, mailing_finding.find))
    database_refusals.MORE.put((data_keys.problem, resident_queries.key_problem, index_keys.problem))
