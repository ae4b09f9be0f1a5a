"""How passwords are kept: a salted hash that is slow on purpose."""

from werkzeug.security import check_password_hash, generate_password_hash

METHOD = "scrypt"
"""werkzeug's name of the hash, with its own cost: a tenth of a second."""


def hashed(password: str) -> str:
    """What is stored of `password`: method, salt and hash in one text."""
    return generate_password_hash(password, method=METHOD)


def fits(stored: str, password: str) -> bool:
    """Whether `stored` was made of `password`; takes the same time whether it was or not."""
    return check_password_hash(stored, password)
