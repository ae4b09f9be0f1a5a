"""The figures of the photo profile that an office begins with."""

from importlib import import_module

from admin_app.applications.rules.photo import PhotoRules

STANDARD = PhotoRules(**import_module("admin_app.migrations.versions.0063_photo_profiles").STANDARD)
