"""One class per fixed code, in alphabetical order: the class is named by its code, `text` is Node's message.

Texts are those of Node 26, word for word; tests/data/node-errors.json checks them. `{0}`, `{1}` are the arguments
of the constructor.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .base import NodeError, NodeRangeError, NodeTypeError
from .describe import clipped, determineSpecificType, formatList, inspect, numberText, separated, toText
from .system import NodeSystemError

_PRIMITIVES = frozenset(("string", "function", "number", "object", "Function", "Object", "boolean", "bigint", "symbol"))
_SHOWN = 128  # characters of an invalid value that a message shows


class ERR_AMBIGUOUS_ARGUMENT(NodeTypeError):
    text = 'The "{0}" argument is ambiguous. {1}'


class ERR_ARG_NOT_ITERABLE(NodeTypeError):
    text = "{0} must be iterable"


class ERR_ASSERTION(NodeError):
    text = "{0}"


class ERR_ASYNC_CALLBACK(NodeTypeError):
    text = "{0} must be a function"


class ERR_ASYNC_TYPE(NodeTypeError):
    text = 'Invalid name for async "type": {0}'


class ERR_BROTLI_INVALID_PARAM(NodeRangeError):
    text = "{0} is not a valid Brotli parameter"


class ERR_BUFFER_OUT_OF_BOUNDS(NodeRangeError):
    def __init__(self, name: str | None = None) -> None:
        super().__init__()
        self._setMessage(
            f'"{name}" is outside of buffer bounds' if name else "Attempt to access memory outside buffer bounds"
        )


class ERR_BUFFER_TOO_LARGE(NodeRangeError):
    text = "Cannot create a Buffer larger than {0} bytes"


class ERR_CONSTRUCT_CALL_REQUIRED(NodeTypeError):
    text = "Class constructor {0} cannot be invoked without `new`"


class ERR_CHILD_PROCESS_IPC_REQUIRED(NodeError):
    text = "Forked processes must have an IPC channel, missing value 'ipc' in {0}"


class ERR_CHILD_PROCESS_STDIO_MAXBUFFER(NodeRangeError):
    text = "{0} maxBuffer length exceeded"


class ERR_CRYPTO_HASH_FINALIZED(NodeError):
    text = "Digest already called"


class ERR_CRYPTO_HASH_UPDATE_FAILED(NodeError):
    text = "Hash update failed"


class ERR_CRYPTO_INVALID_DIGEST(NodeTypeError):
    text = "Invalid digest: {0}"


class ERR_CRYPTO_INVALID_KEYLEN(NodeRangeError):
    text = "Invalid key length"


class ERR_CRYPTO_INVALID_SCRYPT_PARAMS(NodeRangeError):
    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self._setMessage("Invalid scrypt params" + (f": {reason}" if reason else ""))


class ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH(NodeRangeError):
    text = "Input buffers must have the same byte length"


class ERR_DIR_CLOSED(NodeError):
    text = "Directory handle was closed"


class ERR_DIR_CONCURRENT_OPERATION(NodeError):
    text = "Cannot do synchronous work on directory handle with concurrent asynchronous operations"


class ERR_DNS_SET_SERVERS_FAILED(NodeError):
    text = 'c-ares failed to set servers: "{0}" [{1}]'


class ERR_ENCODING_INVALID_ENCODED_DATA(NodeTypeError):
    text = "The encoded data was not valid for encoding {0}"


class ERR_ENCODING_NOT_SUPPORTED(NodeRangeError):
    text = 'The "{0}" encoding is not supported'


class ERR_EVENT_RECURSION(NodeError):
    text = 'The event "{0}" is already being dispatched'


class ERR_FALSY_VALUE_REJECTION(NodeError):
    text = "Promise was rejected with falsy value"

    def __init__(self, reason: Any = None) -> None:
        super().__init__(reason=reason)


class ERR_FEATURE_UNAVAILABLE_ON_PLATFORM(NodeTypeError):
    text = "The feature {0} is unavailable on the current platform, which is being used to run Node.js"


class ERR_FS_CP_DIR_TO_NON_DIR(NodeSystemError):
    text = "Cannot overwrite non-directory with directory"


class ERR_FS_CP_EEXIST(NodeSystemError):
    text = "Target already exists"


class ERR_FS_CP_EINVAL(NodeSystemError):
    text = "Invalid src or dest"


class ERR_FS_CP_FIFO_PIPE(NodeSystemError):
    text = "Cannot copy a FIFO pipe"


class ERR_FS_CP_NON_DIR_TO_DIR(NodeSystemError):
    text = "Cannot overwrite directory with non-directory"


class ERR_FS_CP_SOCKET(NodeSystemError):
    text = "Cannot copy a socket file"


class ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY(NodeSystemError):
    text = "Cannot overwrite symlink in subdirectory of self"


class ERR_FS_CP_UNKNOWN(NodeSystemError):
    text = "Cannot copy an unknown file type"


class ERR_FS_EISDIR(NodeSystemError):
    text = "Path is a directory"


class ERR_FS_FILE_TOO_LARGE(NodeRangeError):
    text = "File size ({0}) is greater than 2 GiB"


class ERR_FS_WATCH_QUEUE_OVERFLOW(NodeError):
    text = "fs.watch() queued more than {0} events"


class ERR_HTTP_BODY_NOT_ALLOWED(NodeError):
    text = "Adding content for this request method or response status is not allowed."


class ERR_HTTP_CONTENT_LENGTH_MISMATCH(NodeError):
    text = (
        "Response body's content-length of {0} byte(s) does not match the content-length of {1} byte(s) set in header"
    )


class ERR_HTTP_HEADERS_SENT(NodeError):
    text = "Cannot {0} headers after they are sent to the client"


class ERR_HTTP_INVALID_HEADER_VALUE(NodeTypeError):
    text = 'Invalid value "{0}" for header "{1}"'


class ERR_HTTP_INVALID_STATUS_CODE(NodeRangeError):
    text = "Invalid status code: {0}"


class ERR_HTTP_REQUEST_TIMEOUT(NodeError):
    text = "Request timeout"


class ERR_HTTP_SOCKET_ASSIGNED(NodeError):
    text = "ServerResponse has an already assigned socket"


class ERR_HTTP_SOCKET_ENCODING(NodeError):
    text = "Changing the socket encoding is not allowed per RFC7230 Section 3."


class ERR_HTTP_TRAILER_INVALID(NodeError):
    text = "Trailers are invalid with this transfer encoding"


class ERR_ILLEGAL_CONSTRUCTOR(NodeTypeError):
    text = "Illegal constructor"


class ERR_INCOMPATIBLE_OPTION_PAIR(NodeTypeError):
    text = 'Option "{0}" cannot be used in combination with option "{1}"'


class ERR_INTERNAL_ASSERTION(NodeError):
    def __init__(self, message: str | None = None) -> None:
        text = (
            "This is caused by either a bug in Node.js or incorrect usage of Node.js internals.\n"
            "Please open an issue with this stack trace at https://github.com/nodejs/node/issues\n"
        )
        super().__init__(text if message is None else f"{message}\n{text}")


class ERR_INVALID_ADDRESS(NodeError):
    text = "Invalid socket address"


class ERR_INVALID_ADDRESS_FAMILY(NodeRangeError):
    text = "Invalid address family: {0} {1}:{2}"

    def __init__(self, addressType: Any, host: Any, port: Any) -> None:
        super().__init__(addressType, host, port, host=host, port=port)


class ERR_INVALID_ARG_TYPE(NodeTypeError):
    """An argument of the wrong type.

    Args:
        name: of the argument; with a dot it is called a property, ending in " argument" it stands alone.
        expected: type and class names; several are joined by "or".
        actual: the given value.
        hint: what to do instead, a sentence without its end.
    """

    def __init__(self, name: str, expected: str | Sequence[str], actual: Any = None, hint: str = "") -> None:
        text = f"The {_argument(name)} must be {_expectation(expected)}. Received {determineSpecificType(actual)}"
        super().__init__(f"{text}. {hint}" if hint else text)


class ERR_INVALID_ARG_VALUE(NodeTypeError):
    """An argument of the right type with an invalid value.

    Args:
        name: of the argument; with a dot it is called a property.
        value: the given value.
        reason: what is wrong with it, such as "must be positive".
        text: the whole message, instead.
    """

    def __init__(self, name: str, value: Any, reason: str = "is invalid", *, text: str | None = None) -> None:
        if text is not None:
            super().__init__(text)
            return
        shown = clipped(inspect(value), _SHOWN, _SHOWN)
        kind = "property" if "." in name else "argument"
        super().__init__(f"The {kind} '{name}' {reason}. Received {shown}")


class ERR_INVALID_ASYNC_ID(NodeRangeError):
    text = "Invalid {0} value: {1}"


class ERR_INVALID_BUFFER_SIZE(NodeRangeError):
    text = "Buffer size must be a multiple of {0}"


class ERR_INVALID_CHAR(NodeTypeError):
    def __init__(self, name: str, field: str | None = None) -> None:
        super().__init__(f"Invalid character in {name}" + (f' ["{field}"]' if field is not None else ""))


class ERR_INVALID_CURSOR_POS(NodeTypeError):
    text = "Cannot set cursor row without setting its column"


class ERR_INVALID_FD(NodeRangeError):
    text = '"fd" must be a positive integer: {0}'


class ERR_INVALID_FD_TYPE(NodeTypeError):
    text = "Unsupported fd type: {0}"


class ERR_INVALID_FILE_URL_HOST(NodeTypeError):
    text = 'File URL host must be "localhost" or empty on {0}'


class ERR_INVALID_FILE_URL_PATH(NodeTypeError):
    text = "File URL path {0}"


class ERR_INVALID_HANDLE_TYPE(NodeTypeError):
    text = "This handle type cannot be sent"


class ERR_INVALID_HTTP_TOKEN(NodeTypeError):
    text = '{0} must be a valid HTTP token ["{1}"]'


class ERR_INVALID_IP_ADDRESS(NodeTypeError):
    text = "Invalid IP address: {0}"


class ERR_INVALID_MIME_SYNTAX(NodeTypeError):
    """`index`: where the text is wrong, -1 if that is nowhere in particular."""

    def __init__(self, production: str, text: str, index: int = -1) -> None:
        super().__init__()
        where = f" at {index}" if index >= 0 else ""
        self._setMessage(f'The MIME syntax for a {production} in "{text}" is invalid{where}')


class ERR_INVALID_PROTOCOL(NodeTypeError):
    text = 'Protocol "{0}" not supported. Expected "{1}"'


class ERR_INVALID_RETURN_PROPERTY(NodeTypeError):
    def __init__(self, expected: str, hook: str, prop: str, value: Any) -> None:
        super().__init__(
            f'Expected a valid {expected} to be returned for the "{prop}" from the "{hook}" hook'
            f" but got {determineSpecificType(value)}."
        )


class ERR_INVALID_RETURN_PROPERTY_VALUE(NodeTypeError):
    def __init__(self, expected: str, hook: str, prop: str, value: Any) -> None:
        super().__init__(
            f'Expected {expected} to be returned for the "{prop}" from the "{hook}" hook'
            f" but got {determineSpecificType(value)}."
        )


class ERR_INVALID_RETURN_VALUE(NodeTypeError):
    def __init__(self, expected: str, hook: str, value: Any) -> None:
        super().__init__(
            f'Expected {expected} to be returned from the "{hook}" function but got {determineSpecificType(value)}.'
        )


class ERR_INVALID_STATE(NodeError):
    text = "Invalid state: {0}"


class ERR_INVALID_STATE_TYPE(NodeTypeError):
    """ERR_INVALID_STATE where Node raises a TypeError."""

    text = "Invalid state: {0}"


ERR_INVALID_STATE_TYPE.code = "ERR_INVALID_STATE"


class ERR_INVALID_SYNC_FORK_INPUT(NodeTypeError):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self._setMessage(
            f"Asynchronous forks do not support Buffer, TypedArray, DataView or string input: {inspect(value)}"
        )


class ERR_INVALID_THIS(NodeTypeError):
    text = 'Value of "this" must be of type {0}'


class ERR_INVALID_TUPLE(NodeTypeError):
    text = "{0} must be an iterable {1} tuple"


class ERR_INVALID_URI(NodeError, ValueError):
    name = "URIError"
    text = "URI malformed"


class ERR_INVALID_URL(NodeTypeError):
    text = "Invalid URL"

    def __init__(self, url: str, base: str | None = None) -> None:
        super().__init__(input=url)
        if base is not None:
            self.base = base


class ERR_INVALID_URL_SCHEME(NodeTypeError):
    text = "The URL must be of scheme {0}"


class ERR_IP_BLOCKED(NodeError):
    text = "IP({0}) is blocked by net.BlockList"


class ERR_IPC_CHANNEL_CLOSED(NodeError):
    text = "Channel closed"


class ERR_IPC_DISCONNECTED(NodeError):
    text = "IPC channel is already disconnected"


class ERR_IPC_ONE_PIPE(NodeError):
    text = "Child process can have only one IPC pipe"


class ERR_IPC_SYNC_FORK(NodeError):
    text = "IPC cannot be used with synchronous forks"


class ERR_METHOD_NOT_IMPLEMENTED(NodeError):
    text = "The {0} method is not implemented"


class ERR_MISSING_ARGS(NodeTypeError):
    """Arguments are missing: names, or lists of names of which one is enough."""

    def __init__(self, *names: str | Sequence[str]) -> None:
        shown = [
            f'"{name}"' if isinstance(name, str) else " or ".join(f'"{choice}"' for choice in name) for name in names
        ]
        plural = "s" if len(shown) > 1 else ""
        super().__init__(f"The {formatList(shown, 'and')} argument{plural} must be specified")


class ERR_MISSING_OPTION(NodeTypeError):
    text = "{0} is required"


class ERR_MULTIPLE_CALLBACK(NodeError):
    text = "Callback called multiple times"


class ERR_NO_CRYPTO(NodeError):
    text = "Node.js is not compiled with OpenSSL crypto support"


class ERR_OPERATION_FAILED(NodeError):
    text = "Operation failed: {0}"


class ERR_OUT_OF_RANGE(NodeRangeError):
    """A number outside its range.

    Args:
        name: of the argument; the whole first sentence when `isMessage`.
        expected: what it must be, such as ">= 0".
        actual: the given value.
        isBigInt: it is a bigint in Node.
    """

    def __init__(
        self, name: str, expected: str, actual: Any, isMessage: bool = False, *, isBigInt: bool = False
    ) -> None:
        lead = name if isMessage else f'The value of "{name}" is out of range.'
        super().__init__(f"{lead} It must be {expected}. Received {_bigint(actual) if isBigInt else _number(actual)}")


class ERR_PARSE_ARGS_INVALID_OPTION_VALUE(NodeTypeError):
    text = "{0}"


class ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(NodeTypeError):
    text = "Unexpected argument '{0}'. This command does not take positional arguments"


class ERR_PARSE_ARGS_UNKNOWN_OPTION(NodeTypeError):
    def __init__(self, option: str, allowPositionals: bool) -> None:
        super().__init__()
        hint = (
            ". To specify a positional argument starting with a '-', place it at the end of the command after '--', as "
            f"in '-- {json.dumps(option, ensure_ascii=False)}"
        )
        self._setMessage(f"Unknown option '{option}'{hint if allowPositionals else ''}")


class ERR_PERFORMANCE_INVALID_TIMESTAMP(NodeTypeError):
    text = "{0} is not a valid timestamp"


class ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS(NodeTypeError):
    text = "{0}"


class ERR_PROXY_INVALID_CONFIG(NodeError):
    text = "{0}"


class ERR_PROXY_TUNNEL(NodeError):
    text = "{0}"


class ERR_SCRIPT_EXECUTION_INTERRUPTED(NodeError):
    text = "Script execution was interrupted by `SIGINT`"


class ERR_SERVER_ALREADY_LISTEN(NodeError):
    text = "Listen method has been called more than once without closing."


class ERR_SERVER_NOT_RUNNING(NodeError):
    text = "Server is not running."


class ERR_SOCKET_ALREADY_BOUND(NodeError):
    text = "Socket is already bound"


class ERR_SOCKET_BAD_BUFFER_SIZE(NodeTypeError):
    text = "Buffer size must be a positive integer"


class ERR_SOCKET_BAD_PORT(NodeRangeError):
    def __init__(self, name: str, port: Any, allowZero: bool = True) -> None:
        operator = ">=" if allowZero else ">"
        super().__init__(f"{name} should be {operator} 0 and < 65536. Received {determineSpecificType(port)}.")


class ERR_SOCKET_BAD_TYPE(NodeTypeError):
    text = "Bad socket type specified. Valid types are: udp4, udp6"


class ERR_SOCKET_BUFFER_SIZE(NodeSystemError):
    text = "Could not get or set buffer size"


class ERR_SOCKET_CLOSED(NodeError):
    text = "Socket is closed"


class ERR_SOCKET_CLOSED_BEFORE_CONNECTION(NodeError):
    text = "Socket closed before the connection was established"


class ERR_SOCKET_CONNECTION_TIMEOUT(NodeError):
    text = "Socket connection timeout"


class ERR_SOCKET_DGRAM_IS_CONNECTED(NodeError):
    text = "Already connected"


class ERR_SOCKET_DGRAM_NOT_CONNECTED(NodeError):
    text = "Not connected"


class ERR_SOCKET_DGRAM_NOT_RUNNING(NodeError):
    text = "Not running"


class ERR_SOCKET_HANDLE_ADOPTED(NodeError):
    text = "The bound socket has already been adopted by a server or socket"


class ERR_STREAM_ALREADY_FINISHED(NodeError):
    text = "Cannot call {0} after a stream was finished"


class ERR_STREAM_CANNOT_PIPE(NodeError):
    text = "Cannot pipe, not readable"


class ERR_STREAM_DESTROYED(NodeError):
    text = "Cannot call {0} after a stream was destroyed"


class ERR_STREAM_NULL_VALUES(NodeTypeError):
    text = "May not write null values to stream"


class ERR_STREAM_PREMATURE_CLOSE(NodeError):
    text = "Premature close"


class ERR_STREAM_PUSH_AFTER_EOF(NodeError):
    text = "stream.push() after EOF"


class ERR_STREAM_UNABLE_TO_PIPE(NodeError):
    text = "Cannot pipe to a closed or destroyed stream"


class ERR_STREAM_UNSHIFT_AFTER_END_EVENT(NodeError):
    text = "stream.unshift() after end event"


class ERR_STREAM_WRAP(NodeError):
    text = "Stream has StringDecoder set or is in objectMode"


class ERR_STREAM_WRITE_AFTER_END(NodeError):
    text = "write after end"


class ERR_SYSTEM_ERROR(NodeSystemError):
    text = "A system error occurred"


class ERR_TLS_ALPN_CALLBACK_INVALID_RESULT(NodeTypeError):
    def __init__(self, value: Any, protocols: Sequence[str]) -> None:
        super().__init__(
            f"ALPN callback returned a value ({toText(value)}) that did not match any of the client's offered"
            f" protocols ({', '.join(protocols)})"
        )


class ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS(NodeTypeError):
    text = "The ALPNCallback and ALPNProtocols TLS options are mutually exclusive"


class ERR_TLS_CERT_ALTNAME_FORMAT(NodeError, ValueError):
    name = "SyntaxError"
    text = "Invalid subject alternative name string"


class ERR_TLS_CERT_ALTNAME_INVALID(NodeError):
    text = "Hostname/IP does not match certificate's altnames: {0}"

    def __init__(self, reason: str, host: str, cert: Any = None) -> None:
        super().__init__(reason, reason=reason, host=host, cert=cert)


class ERR_TLS_DH_PARAM_SIZE(NodeError):
    text = "DH parameter size {0} is less than 2048"


class ERR_TLS_HANDSHAKE_TIMEOUT(NodeError):
    text = "TLS handshake timeout"


class ERR_TLS_INVALID_CONTEXT(NodeTypeError):
    text = "{0} must be a SecureContext"


class ERR_TLS_INVALID_PROTOCOL_METHOD(NodeTypeError):
    text = "{0}"


class ERR_TLS_INVALID_PROTOCOL_VERSION(NodeTypeError):
    text = "{0} is not a valid {1} TLS protocol version"

    def __init__(self, version: Any, limit: str) -> None:
        super().__init__(f'"{version}"' if isinstance(version, str) else toText(version), limit)


class ERR_TLS_INVALID_STATE(NodeError):
    text = "TLS socket connection must be securely established"


class ERR_TLS_PROTOCOL_VERSION_CONFLICT(NodeTypeError):
    text = 'TLS protocol version "{0}" conflicts with secureProtocol "{1}"'


class ERR_TLS_RENEGOTIATION_DISABLED(NodeError):
    text = "TLS session renegotiation disabled for this socket"


class ERR_TLS_RENEGOTIATION_UNSUPPORTED(NodeError):
    text = "TLS session renegotiation is unsupported by this TLS implementation"


class ERR_TLS_REQUIRED_SERVER_NAME(NodeError):
    text = '"servername" is required parameter for Server.addContext'


class ERR_TLS_SESSION_ATTACK(NodeError):
    text = "TLS session renegotiation attack detected"


class ERR_TLS_SNI_FROM_SERVER(NodeError):
    text = "Cannot issue SNI from a TLS server-side socket"


class ERR_TRAILING_JUNK_AFTER_STREAM_END(NodeTypeError):
    text = "Trailing junk found after the end of the compressed stream"


class ERR_UNAVAILABLE_DURING_EXIT(NodeError):
    text = "Cannot call function in process exit handler"


class ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET(NodeError):
    text = "`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active"


class ERR_UNESCAPED_CHARACTERS(NodeTypeError):
    text = "{0} contains unescaped characters"


class ERR_UNHANDLED_ERROR(NodeError):
    """emit('error', value) without a listener, with a value that is no exception: it is in `context`."""

    def __init__(self, shown: str | None = None, context: Any = None) -> None:
        super().__init__("Unhandled error." if shown is None else f"Unhandled error. ({shown})", context=context)


class ERR_UNHANDLED_REJECTION(NodeError):
    name = "UnhandledPromiseRejection"
    text = (
        "This error originated either by throwing inside of an async function without a catch block, or by rejecting a"
        ' promise which was not handled with .catch(). The promise rejected with the reason "{0}".'
    )


class ERR_UNKNOWN_BUILTIN_MODULE(NodeError):
    text = "No such built-in module: {0}"


class ERR_UNKNOWN_CREDENTIAL(NodeError):
    text = "{0} identifier does not exist: {1}"


class ERR_UNKNOWN_ENCODING(NodeTypeError):
    text = "Unknown encoding: {0}"


class ERR_UNKNOWN_SIGNAL(NodeTypeError):
    text = "Unknown signal: {0}"


class ERR_USE_AFTER_CLOSE(NodeError):
    text = "{0} was closed"


def _argument(name: str) -> str:
    if name.endswith(" argument"):
        return name
    return f'"{name}" {"property" if "." in name else "argument"}'


def _isClassName(word: str) -> bool:
    return word[:1].isupper() and word.isalnum() and word.isascii()


def _expectation(expected: str | Sequence[str]) -> str:
    words = [expected] if isinstance(expected, str) else list(expected)
    types = [word.lower() for word in words if word in _PRIMITIVES]
    classes = [word for word in words if word not in _PRIMITIVES and _isClassName(word)]
    others = [word for word in words if word not in _PRIMITIVES and not _isClassName(word)]
    if classes and "object" in types:  # Node lists Object with the classes as soon as there is one
        types.remove("object")
        classes.append("Object")
    parts = []
    if types:
        parts.append(("one of type " if len(types) > 1 else "of type ") + formatList(types, "or"))
    if classes:
        parts.append("an instance of " + formatList(classes, "or"))
    if len(others) > 1:
        parts.append("one of " + formatList(others, "or"))
    elif others:
        parts.append(others[0] if others[0].islower() else f"an {others[0]}")
    return " or ".join(parts)


def _bigint(value: int) -> str:
    return (separated(str(value)) if abs(value) > 2**32 else str(value)) + "n"


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return inspect(value)
    text = numberText(value)
    if abs(value) > 2**32 and (isinstance(value, int) or value.is_integer()):
        return separated(text)
    return text


class ERR_ZLIB_INITIALIZATION_FAILED(NodeError):
    text = "{0}"


class ERR_ZSTD_INVALID_PARAM(NodeRangeError):
    text = "{0} is not a valid zstd parameter"
