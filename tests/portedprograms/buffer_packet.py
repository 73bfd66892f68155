from nodecompat import Buffer


def encodeLength(length):
    out = []
    while True:
        byte = length % 128
        length //= 128
        if length > 0:
            byte |= 0x80
        out.append(byte)
        if not length > 0:
            return Buffer.from_(out)


def string(text):
    data = Buffer.from_(text, "utf8")
    head = Buffer.allocUnsafe(2)
    head.writeUInt16BE(data.length)
    return Buffer.concat([head, data])


def connect(clientId, keepalive, username):
    flags = 0x02 | (0x80 if username else 0)
    alive = Buffer.alloc(2)
    alive.writeUInt16BE(keepalive, 0)
    body = Buffer.concat(
        [
            string("MQTT"),
            Buffer.from_([4, flags]),
            alive,
            string(clientId),
            string(username) if username else Buffer.alloc(0),
        ]
    )
    return Buffer.concat([Buffer.from_([0x10]), encodeLength(body.length), body])


def publish(topic, payload):
    body = Buffer.concat([string(topic), Buffer.from_(payload)])
    return Buffer.concat([Buffer.from_([0x30]), encodeLength(body.length), body])


class State:
    buffer = Buffer.alloc(0)


def parse(state):
    while True:
        length, multiplier, offset = 0, 1, 1
        while True:
            if offset >= state.buffer.length:
                return
            byte = state.buffer[offset]
            offset += 1
            length += (byte & 127) * multiplier
            multiplier *= 128
            if offset > 5:
                raise Exception("malformed length")
            if not byte & 0x80:
                break
        if state.buffer.length < offset + length:
            return
        packet = state.buffer.subarray(0, offset + length)
        state.buffer = state.buffer.subarray(offset + length)
        type = packet.readUInt8(0) >> 4
        if type == 1:
            yield [
                "connect",
                packet.toString("utf8", offset + 2, offset + 6),
                packet.readUInt8(offset + 6),
                packet.readUInt16BE(offset + 8),
            ]
        elif type == 3:
            n = packet.readUInt16BE(offset)
            yield ["publish", packet.toString("utf8", offset + 2, offset + 2 + n), packet.length - offset - 2 - n]
        else:
            raise Exception("packet of type " + str(type))


bytes = Buffer.concat([connect("é1", 60, "u"), publish("a/b", "x" * 300), publish("c", "")])
print(bytes.length, bytes.toString("hex", 0, 24))
for size in [1, 7, 1000]:
    state, found = State(), []
    for i in range(0, bytes.length, size):
        state.buffer = Buffer.concat([state.buffer, bytes.subarray(i, i + size)])
        found.extend("/".join(map(str, p)) for p in parse(state))
    print(size, " ".join(found))
for broken in ["f000", "10ffffffffff01", "1003000454"]:
    state = State()
    state.buffer = Buffer.from_(broken, "hex")
    try:
        print(len(list(parse(state))))
    except Exception as e:
        print(getattr(e, "code", ""), e)
