"""Options of `crypto.X509Certificate`.

Node: https://nodejs.org/api/crypto.html#x509checkhostname-options
"""

from __future__ import annotations

from typing import Literal, TypedDict


class X509CheckOptions(TypedDict, total=False):
    """Options of `checkHost`, `checkEmail` and `checkIP`.

    Options:
        subject: "always", "never", or "default", the default: the subject counts if the subjectAltName has no name of
            the kind.
        wildcards: "*.example.org" counts; True by default.
        partialWildcards: "a*.example.org" counts; True by default.
        multiLabelWildcards: "*" may stand for several labels; False by default.
        singleLabelSubdomains: A name that begins with "." covers a single label only; False by default.
    """

    subject: Literal["default", "always", "never"]
    wildcards: bool
    partialWildcards: bool
    multiLabelWildcards: bool
    singleLabelSubdomains: bool
