"""Three nodes elect a leader over net, and write to it: how a lost update is found under partition, and is mended.

A node asks the others for their vote in a term of its own and leads with a majority; it sends heartbeats, and who hears
none for a while stands for election. A leader takes writes and passes them on. The careless one says "ok" at once; the
careful one when a majority has the write. A partition then loses what the careless one has confirmed.

    python examples/leader_election.py [SEEDS]
"""

import json
import sys

from nodecompat import clearTimeout, net, setInterval, setTimeout
from nodecompat.testing import Network

NAMES = ("a.example", "b.example", "c.example")
PORT = 7000
HEARTBEAT = 50  # ms
PATIENCE = (150, 300)  # ms without a heartbeat until a node stands for election, at random


class Node:
    """One node. Each message is a line of JSON on a connection of its own."""

    def __init__(self, name, random, isCareful):
        self.name = name
        self.random = random
        self.isCareful = isCareful
        self.term = 0
        self.votedIn = 0
        self.leader = None
        self.log = []  # (term, value)
        self.waiting = None
        net.createServer(self.onConnection).listen(PORT)
        setInterval(self.beat, HEARTBEAT)
        self.expectHeartbeat()

    def expectHeartbeat(self):
        clearTimeout(self.waiting)
        least, most = PATIENCE
        self.waiting = setTimeout(self.stand, least + self.random() * (most - least))

    # Messages

    def ask(self, name, message, then):
        """Send a message; `then(answer)` unless the connection fails."""
        text = []
        socket = net.connect(PORT, name)
        socket.setTimeout(HEARTBEAT * 2, socket.destroy)
        socket.on("error", lambda error: None)
        socket.on("data", lambda chunk: text.append(chunk))
        socket.on("end", lambda: then(json.loads(b"".join(text))) if text else None)
        socket.write(json.dumps(message) + "\n")

    def onConnection(self, socket):
        text = bytearray()

        def onData(chunk):
            text.extend(chunk)
            if text.endswith(b"\n"):
                message = json.loads(text)
                getattr(self, "on" + message["kind"])(message, lambda answer: socket.end(json.dumps(answer)))

        socket.on("data", onData)
        socket.on("error", lambda error: None)

    def see(self, term):
        """A higher term ends what this node was."""
        if term > self.term:
            self.term, self.leader = term, None

    # Electing

    def stand(self):
        self.term += 1
        self.votedIn, self.leader = self.term, None
        term, votes = self.term, 1
        self.expectHeartbeat()

        def onVote(answer):
            nonlocal votes
            self.see(answer["term"])
            votes += answer["yes"]
            if votes * 2 > len(NAMES) and self.term == term:
                self.leader = self.name
                self.beat()

        for name in NAMES:
            if name != self.name:
                self.ask(name, {"kind": "Vote", "term": term, "log": self.freshness()}, onVote)

    def freshness(self):
        return [self.log[-1][0] if self.log else 0, len(self.log)]

    def onVote(self, message, answer):
        self.see(message["term"])
        isFresh = not self.isCareful or message["log"] >= self.freshness()
        yes = message["term"] == self.term and self.votedIn < self.term and isFresh
        if yes:
            self.votedIn = self.term
            self.expectHeartbeat()
        answer({"term": self.term, "yes": yes})

    # Leading

    def beat(self, then=None):
        if self.leader == self.name:
            clearTimeout(self.waiting)
            for name in NAMES:
                if name != self.name:
                    message = {"kind": "Log", "term": self.term, "leader": self.name, "log": self.log}
                    self.ask(name, message, then or (lambda answer: self.see(answer["term"])))

    def onLog(self, message, answer):
        self.see(message["term"])
        if message["term"] == self.term:
            self.leader = message["leader"]
            self.log = [tuple(each) for each in message["log"]]
            self.expectHeartbeat()
        answer({"term": self.term, "yes": message["term"] == self.term})

    def onWrite(self, message, answer):
        if self.leader != self.name:
            return answer({"ok": False, "leader": self.leader})
        self.log.append((self.term, message["value"]))
        if not self.isCareful:
            return answer({"ok": True})
        copies = 1

        def onCopy(reply):
            nonlocal copies
            copies += reply["yes"]
            if copies == len(NAMES) // 2 + 1:
                answer({"ok": True})

        return self.beat(onCopy)


def run(seed, isCareful):
    """Writes while partitions come and go; the values that were confirmed, and those that no leader has in the end."""
    with Network(seed=seed) as network:
        network.link(latency=1, jitter=10)
        nodes = {}
        for number, name in enumerate(NAMES):
            with network.host(name, f"10.0.0.{number + 1}"):
                nodes[name] = Node(name, network.random.random, isCareful)
        confirmed = []

        def write(name, value):
            with network.host(name):
                nodes[name].ask(
                    name, {"kind": "Write", "value": value}, lambda reply: reply["ok"] and confirmed.append(value)
                )

        for round_ in range(6):
            network.advance(1000)
            cut = NAMES[int(network.random.random() * len(NAMES))]
            network.partition(cut, [name for name in NAMES if name != cut], duration=800)
            for number, name in enumerate(NAMES):
                setTimeout(write, 20 + number, name, f"{round_}{name[0]}")
        network.heal()
        network.advance(3000)
        leaders = [node for node in nodes.values() if node.leader == node.name]
        assert len(leaders) == 1, "one leader, once the network is whole"
        kept = {value for _, value in leaders[0].log}
        return confirmed, [value for value in confirmed if value not in kept]


if __name__ == "__main__":
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for isCareful in (False, True):
        confirmed = lost = 0
        first = None
        for seed in range(seeds):
            written, missing = run(seed, isCareful)
            confirmed += len(written)
            lost += len(missing)
            if missing and first is None:
                first = seed
        found = f", first with seed {first}" if lost else ""
        print(f"{'careful' if isCareful else 'careless'}: {confirmed} writes confirmed, {lost} lost{found}")
