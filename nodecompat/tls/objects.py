"""What OpenSSL (3.5, Node's) calls the object identifiers that certificates are made of.

An attribute of a name and an algorithm that are not here have no name: they are shown by their numbers.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ACCESS", "ATTRIBUTES", "CURVES", "OTHER_NAMES", "SIGNATURES", "Curve"]


class Curve(NamedTuple):
    """name: OpenSSL's; nist: NIST's, None where it has none; bits: of the order."""

    name: str
    nist: str | None
    bits: int


def _below(arc: str, names: str) -> dict[str, str]:
    """Pairs of the last numbers and a name, such as "3 CN 4 SN"."""
    words = names.split()
    return {arc + number: name for number, name in zip(words[::2], words[1::2], strict=True)}


#: Attributes of a name, by their short names.
ATTRIBUTES = {
    **_below(
        "2.5.4.",
        "3 CN 4 SN 5 serialNumber 6 C 7 L 8 ST 9 street 10 O 11 OU 12 title 13 description 14 searchGuide 15 "
        "businessCategory 16 postalAddress 17 postalCode 18 postOfficeBox 19 physicalDeliveryOfficeName 20 "
        "telephoneNumber 21 telexNumber 22 teletexTerminalIdentifier 23 facsimileTelephoneNumber 24 x121Address 25 "
        "internationaliSDNNumber 26 registeredAddress 27 destinationIndicator 28 preferredDeliveryMethod 29 "
        "presentationAddress 30 supportedApplicationContext 31 member 32 owner 33 roleOccupant 34 seeAlso 35 "
        "userPassword 36 userCertificate 37 cACertificate 38 authorityRevocationList 39 certificateRevocationList "
        "40 crossCertificatePair 41 name 42 GN 43 initials 44 generationQualifier 45 x500UniqueIdentifier 46 "
        "dnQualifier 47 enhancedSearchGuide 48 protocolInformation 49 distinguishedName 50 uniqueMember 51 "
        "houseIdentifier 52 supportedAlgorithms 53 deltaRevocationList 54 dmdName 65 pseudonym 72 role 97 "
        "organizationIdentifier 98 c3 99 n3 100 dnsName",
    ),
    **_below(
        "0.9.2342.19200300.100.1.",
        "1 UID 2 textEncodedORAddress 3 mail 4 info 5 favouriteDrink 6 roomNumber 7 photo 8 userClass 9 host 10 "
        "manager 11 documentIdentifier 12 documentTitle 13 documentVersion 14 documentAuthor 15 documentLocation "
        "20 homeTelephoneNumber 21 secretary 22 otherMailbox 23 lastModifiedTime 24 lastModifiedBy 25 DC 26 "
        "aRecord 27 pilotAttributeType27 28 mXRecord 29 nSRecord 30 sOARecord 31 cNAMERecord 37 associatedDomain "
        "38 associatedName 39 homePostalAddress 40 personalTitle 41 mobileTelephoneNumber 42 pagerTelephoneNumber "
        "43 friendlyCountryName 44 uid 45 organizationalStatus 46 janetMailbox 47 mailPreferenceOption 48 "
        "buildingName 49 dSAQuality 50 singleLevelQuality 51 subtreeMinimumQuality 52 subtreeMaximumQuality 53 "
        "personalSignature 54 dITRedirect 55 audio 56 documentPublisher",
    ),
    **_below(
        "1.2.840.113549.1.9.",
        "1 emailAddress 2 unstructuredName 3 contentType 4 messageDigest 5 signingTime 6 countersignature 7 "
        "challengePassword 8 unstructuredAddress 9 extendedCertificateAttributes 14 extReq 15 SMIME-CAPS 16 SMIME "
        "20 friendlyName 21 localKeyID 52 id-aa-CMSAlgorithmProtection",
    ),
    **_below(
        "1.3.6.1.4.1.311.60.2.1.",
        "1 jurisdictionL 2 jurisdictionST 3 jurisdictionC",
    ),
    **_below(
        "1.2.643.100.",
        "1 OGRN 3 SNILS 5 OGRNIP 111 subjectSignTool 112 issuerSignTool 113 classSignTool 113.1 classSignToolKC1 "
        "113.2 classSignToolKC2 113.3 classSignToolKC3 113.4 classSignToolKB1 113.5 classSignToolKB2 113.6 "
        "classSignToolKA1",
    ),
    **_below(
        "1.2.643.3.131.1.",
        "1 INN",
    ),
}
#: Signature algorithms, by their long names.
SIGNATURES = {
    **_below(
        "1.2.840.113549.1.1.",
        "1 rsaEncryption 2 md2WithRSAEncryption 3 md4WithRSAEncryption 4 md5WithRSAEncryption 5 "
        "sha1WithRSAEncryption 6 rsaOAEPEncryptionSET 7 rsaesOaep 8 mgf1 9 pSpecified 10 rsassaPss 11 "
        "sha256WithRSAEncryption 12 sha384WithRSAEncryption 13 sha512WithRSAEncryption 14 sha224WithRSAEncryption "
        "15 sha512-224WithRSAEncryption 16 sha512-256WithRSAEncryption",
    ),
    **_below(
        "1.2.840.10045.4.",
        "1 ecdsa-with-SHA1 2 ecdsa-with-Recommended 3 ecdsa-with-Specified 3.1 ecdsa-with-SHA224 3.2 "
        "ecdsa-with-SHA256 3.3 ecdsa-with-SHA384 3.4 ecdsa-with-SHA512",
    ),
    **_below(
        "1.2.840.10040.4.",
        "1 dsaEncryption 3 dsaWithSHA1",
    ),
    **_below(
        "1.3.101.",
        "110 X25519 111 X448 112 ED25519 113 ED448",
    ),
    **_below(
        "1.3.14.3.2.",
        "3 md5WithRSA 13 dsaWithSHA 15 shaWithRSAEncryption 27 dsaWithSHA1-old 29 sha1WithRSA",
    ),
    **_below(
        "1.3.36.3.3.1.",
        "2 ripemd160WithRSA",
    ),
    **_below(
        "1.2.156.10197.1.",
        "501 SM2-with-SM3 504 sm3WithRSAEncryption",
    ),
    **_below(
        "2.16.840.1.101.3.4.3.",
        "1 dsa_with_SHA224 2 dsa_with_SHA256 3 dsa_with_SHA384 4 dsa_with_SHA512 5 dsa_with_SHA3-224 6 "
        "dsa_with_SHA3-256 7 dsa_with_SHA3-384 8 dsa_with_SHA3-512 9 ecdsa_with_SHA3-224 10 ecdsa_with_SHA3-256 11 "
        "ecdsa_with_SHA3-384 12 ecdsa_with_SHA3-512 13 RSA-SHA3-224 14 RSA-SHA3-256 15 RSA-SHA3-384 16 "
        "RSA-SHA3-512 17 ML-DSA-44 18 ML-DSA-65 19 ML-DSA-87 20 SLH-DSA-SHA2-128s 21 SLH-DSA-SHA2-128f 22 "
        "SLH-DSA-SHA2-192s 23 SLH-DSA-SHA2-192f 24 SLH-DSA-SHA2-256s 25 SLH-DSA-SHA2-256f 26 SLH-DSA-SHAKE-128s 27 "
        "SLH-DSA-SHAKE-128f 28 SLH-DSA-SHAKE-192s 29 SLH-DSA-SHAKE-192f 30 SLH-DSA-SHAKE-256s 31 "
        "SLH-DSA-SHAKE-256f 32 HASH-ML-DSA-44-WITH-SHA512 33 HASH-ML-DSA-65-WITH-SHA512 34 "
        "HASH-ML-DSA-87-WITH-SHA512 35 SLH-DSA-SHA2-128s-WITH-SHA256 36 SLH-DSA-SHA2-128f-WITH-SHA256 37 "
        "SLH-DSA-SHA2-192s-WITH-SHA512 38 SLH-DSA-SHA2-192f-WITH-SHA512 39 SLH-DSA-SHA2-256s-WITH-SHA512 40 "
        "SLH-DSA-SHA2-256f-WITH-SHA512 41 SLH-DSA-SHAKE-128s-WITH-SHAKE128 42 SLH-DSA-SHAKE-128f-WITH-SHAKE128 43 "
        "SLH-DSA-SHAKE-192s-WITH-SHAKE256 44 SLH-DSA-SHAKE-192f-WITH-SHAKE256 45 SLH-DSA-SHAKE-256s-WITH-SHAKE256 "
        "46 SLH-DSA-SHAKE-256f-WITH-SHAKE256",
    ),
    "1.2.643.2.2.3": "GOST R 34.11-94 with GOST R 34.10-2001",
    "1.2.643.2.2.4": "GOST R 34.11-94 with GOST R 34.10-94",
    "1.2.643.7.1.1.3.2": "GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)",
    "1.2.643.7.1.1.3.3": "GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)",
}
#: Methods of an information access, by their long names.
ACCESS = {
    "1.3.6.1.5.5.7.48.1": "OCSP",
    "1.3.6.1.5.5.7.48.2": "CA Issuers",
    "1.3.6.1.5.5.7.48.3": "AD Time Stamping",
    "1.3.6.1.5.5.7.48.4": "ad dvcs",
    "1.3.6.1.5.5.7.48.5": "CA Repository",
    "1.3.6.1.5.5.7.48.10": "RPKI Manifest",
    "1.3.6.1.5.5.7.48.11": "Signed Object",
    "1.3.6.1.5.5.7.48.13": "RPKI Notify",
}
#: Kinds of otherName whose value is shown: what it is called, and whether it is UTF-8 (else ASCII).
OTHER_NAMES = {
    "1.3.6.1.5.5.7.8.9": ("SmtpUTF8Mailbox", True),
    "1.3.6.1.5.5.7.8.5": ("XmppAddr", True),
    "1.3.6.1.5.5.7.8.7": ("SRVName", False),
    "1.3.6.1.4.1.311.20.2.3": ("UPN", True),
    "1.3.6.1.5.5.7.8.8": ("NAIRealm", True),
}
CURVES = {
    "1.2.840.10045.3.1.1": Curve("prime192v1", "P-192", 192),
    "1.3.132.0.33": Curve("secp224r1", "P-224", 224),
    "1.2.840.10045.3.1.7": Curve("prime256v1", "P-256", 256),
    "1.3.132.0.34": Curve("secp384r1", "P-384", 384),
    "1.3.132.0.35": Curve("secp521r1", "P-521", 521),
    "1.3.132.0.10": Curve("secp256k1", None, 256),
    "1.3.36.3.3.2.8.1.1.7": Curve("brainpoolP256r1", None, 256),
    "1.3.36.3.3.2.8.1.1.11": Curve("brainpoolP384r1", None, 384),
    "1.3.36.3.3.2.8.1.1.13": Curve("brainpoolP512r1", None, 512),
}
