"""A package of one line, made on the spot, for tests that install."""

import base64
import hashlib
import zipfile
from pathlib import Path


def make_wheel(folder: Path, name: str = "parcel_sample", version: str = "1.0") -> tuple[Path, str]:
    """A wheel that can be installed, and the SHA-256 of its file."""
    told = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "HERE = True\n",
        f"{told}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n",
        f"{told}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},sha256={_digest(text)},{len(text)}" for path, text in files.items()]
    place = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as wheel:
        for path, text in {**files, f"{told}/RECORD": "\n".join([*lines, f"{told}/RECORD,,"]) + "\n"}.items():
            wheel.writestr(path, text)
    return place, hashlib.sha256(place.read_bytes()).hexdigest()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
