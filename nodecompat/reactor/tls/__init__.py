"""TLS over any stream handle. Needs pyOpenSSL and cryptography, the extra `nodecompat[tls]`."""

try:
    import OpenSSL as OpenSSL
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("TLS needs pyOpenSSL: pip install 'nodecompat[tls]'", name=error.name) from None
