"""Subresource integrity: whether a body has one of the hashes that `integrity` names."""

from __future__ import annotations

import base64
import hashlib
import re

#: From the weakest to the strongest; only those of the strongest count.
_ALGORITHMS = ("sha256", "sha384", "sha512")
_parse = re.compile(r"(sha256|sha384|sha512)(?:-([A-Za-z0-9+/_-]*={0,2}))?(?:\?.*)?", re.IGNORECASE).fullmatch


def matchesIntegrity(content: bytes, integrity: str) -> bool:
    """True when `content` has one of the hashes, or when there is none that can be checked."""
    known = [(found[1].lower(), found[2] or "") for each in integrity.split() if (found := _parse(each))]
    if not known:
        return True
    strongest = max(known, key=lambda each: _ALGORITHMS.index(each[0]))[0]
    actual = base64.b64encode(hashlib.new(strongest, content).digest()).decode("ascii").rstrip("=")
    wanted = (value for algorithm, value in known if algorithm == strongest)
    return any(value.replace("-", "+").replace("_", "/").rstrip("=") == actual for value in wanted)
