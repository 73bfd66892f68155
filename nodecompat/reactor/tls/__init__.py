"""TLS over any stream handle. Needs pyOpenSSL and cryptography, the extra `nodecompat[tls]`."""

try:
    from OpenSSL import SSL
except ModuleNotFoundError as _error:
    raise ModuleNotFoundError("TLS needs pyOpenSSL: pip install 'nodecompat[tls]'", name=_error.name) from None
if not hasattr(SSL._lib, "i2d_SSL_SESSION") or not hasattr(SSL.Context, "set_tls13_ciphersuites"):  # type: ignore[attr-defined]
    raise ModuleNotFoundError(
        "TLS needs pyOpenSSL 25.2 and cryptography 45, or newer: pip install -U 'nodecompat[tls]'", name="OpenSSL"
    )
