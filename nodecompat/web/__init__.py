"""The web's own HTTP interface, globals in Node: fetch, Headers, Request, Response, FormData, Blob, File.

The requests of `fetch` go through `reactor/twisted/httpclient.py`, not through our `http`: a web client needs a pool,
redirects and decompression, and no events.

Node: globals.html#fetch
"""

from ..blob import Blob, File
from .fetching import fetch
from .formdata import FormData
from .headers import Headers
from .request import Request, RequestInit
from .response import Response, ResponseInit

__all__ = ["Blob", "File", "FormData", "Headers", "Request", "RequestInit", "Response", "ResponseInit", "fetch"]
