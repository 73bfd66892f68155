"""Options of `crypto.X509Certificate`.

Node: https://nodejs.org/api/crypto.html#x509checkhostname-options
"""

from __future__ import annotations

from typing import Literal, TypedDict


class X509CheckOptions(TypedDict, total=False):
    """Options of `checkHost`, `checkEmail` and `checkIP`."""

    #: Whether the subject counts: "default" if there is no name of the kind in the subjectAltName.
    subject: Literal["default", "always", "never"]
    #: "*.example.org" counts; True if left out.
    wildcards: bool
    #: "a*.example.org" counts; True if left out.
    partialWildcards: bool
    #: "*" may stand for several labels; False if left out.
    multiLabelWildcards: bool
    #: A name that begins with "." covers a single label only; False if left out.
    singleLabelSubdomains: bool
