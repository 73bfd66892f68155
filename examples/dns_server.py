"""A name server that knows a few names: a binary protocol on Buffer, as one writes it in Node.

A packet that is no question is dropped, whatever is in it.

    python examples/dns_server.py [PORT]
"""

import sys

from nodecompat import Buffer, dgram, run

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 5353
NAMES = {"example.test": [192, 0, 2, 1], "www.example.test": [192, 0, 2, 2]}

HEAD = 12  # bytes
A, IN = 1, 1
RESPONSE, NO_SUCH_NAME = 0x8400, 3
TIME_TO_LIVE = 60  # seconds


def readName(packet, offset):
    """The name at a place, and the place behind it; a question has no pointers."""
    labels = []
    while True:
        length = packet.readUInt8(offset)
        offset += 1
        if length == 0:
            return ".".join(labels), offset
        if length > 63 or offset + length > packet.length:
            raise ValueError("not a label")
        labels.append(packet.toString("latin1", offset, offset + length).lower())
        offset += length


def readQuestion(packet):
    if packet.readUInt16BE(2) & 0x8000 or packet.readUInt16BE(4) != 1:
        raise ValueError("not one question")
    name, offset = readName(packet, HEAD)
    return name, packet.readUInt16BE(offset), packet.readUInt16BE(offset + 2), offset + 4


def answer(packet):
    """The response to a packet."""
    name, kind, network, end = readQuestion(packet)
    isKnown = name in NAMES
    hasAnswer = isKnown and (kind, network) == (A, IN)
    response = Buffer.concat([packet.subarray(0, end), Buffer.alloc(16 if hasAnswer else 0)])
    response.writeUInt16BE(RESPONSE | (0 if isKnown else NO_SUCH_NAME), 2)
    response.writeUInt16BE(1 if hasAnswer else 0, 6)
    response.fill(0, 8, HEAD)
    if hasAnswer:
        record = response.subarray(end)  # what is written to it is written to the response
        record.writeUInt16BE(0xC000 | HEAD, 0)
        record.writeUInt16BE(A, 2)
        record.writeUInt16BE(IN, 4)
        record.writeUInt32BE(TIME_TO_LIVE, 6)
        record.writeUInt16BE(4, 10)
        record.set(NAMES[name], 12)
    return response


server = dgram.createSocket("udp4")


def onMessage(message, remote):
    try:
        response = answer(Buffer.from_(message))
    except ValueError:  # also ERR_OUT_OF_RANGE and ERR_BUFFER_OUT_OF_BOUNDS: the packet is too short
        return
    server.send(response, remote.port, remote.address)


server.on("message", onMessage)
server.bind(PORT, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
