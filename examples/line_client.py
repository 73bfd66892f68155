"""A client of lines that comes back: when the connection ends it connects again, with growing pauses.

    python examples/line_server.py &
    echo 'SET a 1' | python examples/line_client.py 127.0.0.1 8125

Each line of the input is sent, and its answer printed. A line that was not answered is sent once more.
"""

import random
import sys
from collections import deque

from nodecompat import net, process, readline, run, setTimeout

HOST, PORT = sys.argv[1], int(sys.argv[2])
FIRST, LONGEST = 100, 30_000  # milliseconds of pause: the first, doubled each time up to the longest

unanswered = deque()
server = None  # the connection, while there is one
attempts = 0


def connect():
    socket = net.connect(PORT, HOST, keepAlive=True)

    @socket.on("connect")
    def onConnect():
        global server
        server = socket
        for line in unanswered:
            socket.write(line + "\n")
        leaveIfDone()

    answers = readline.createInterface(socket)
    answers.on("error", lambda error: print(error, file=sys.stderr, flush=True))  # those of the socket

    @answers.on("line")
    def onLine(answer):
        global attempts
        attempts = 0  # the server works: the next pause is short again
        unanswered.popleft()
        print(answer, flush=True)
        leaveIfDone()

    @socket.on("close")
    def onClose():
        global server, attempts
        server = None
        if unanswered or not isEnded:
            # Not all clients at the same moment: a server that has just come up would go down again.
            pause = random.uniform(0.5, 1) * min(LONGEST, FIRST * 2**attempts)
            attempts += 1
            setTimeout(connect, pause)


def leaveIfDone():
    if isEnded and not unanswered and server is not None:
        server.end()


isEnded = False
lines = readline.createInterface(process.stdin)


@lines.on("line")
def onInput(line):
    unanswered.append(line)
    if server is not None:
        server.write(line + "\n")


@lines.on("close")
def onEnd():
    global isEnded
    isEnded = True
    leaveIfDone()


connect()
run()
