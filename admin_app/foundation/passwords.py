"""How passwords are kept: a salted hash that is slow on purpose."""

from werkzeug.security import check_password_hash, generate_password_hash


def hashed(password: str) -> str:
    """What is stored of `password`: method, salt and hash in one text."""
    return generate_password_hash(password)


def fits(stored: str, password: str) -> bool:
    """Whether `stored` was made of `password`; takes the same time whether it was or not."""
    return check_password_hash(stored, password)
