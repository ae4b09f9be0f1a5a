"""What a change of the photo profiles leaves behind."""

from sqlalchemy import select

from admin_app.applications.models import PhotoProfile, PhotoRulesKept
from admin_app.applications.rules import photo
from admin_app.foundation import clock
from admin_app.foundation.database import db


def hold_still() -> None:
    """Let nobody else change a profile until the transaction ends: whether the table is right is a question about all of it."""
    db.session.execute(select(PhotoProfile.id).order_by(PhotoProfile.id).with_for_update()).all()


def keep_rules(profile: PhotoProfile) -> None:
    """Keep the figures of a profile that was just written, if they are not those that were kept last; needs an open transaction()."""
    kept = select(PhotoRulesKept.figures).where(PhotoRulesKept.profile_id == profile.id)
    figures = {name: getattr(profile, name) for name in photo.FIGURES}
    if db.session.scalar(kept.order_by(PhotoRulesKept.id.desc()).limit(1)) != figures:
        db.session.add(PhotoRulesKept(profile_id=profile.id, version=profile.version, since=clock.today(), figures=figures))
