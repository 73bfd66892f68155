// Plays scripts of two sockets on real Node over loopback; see fuzz_network.py. Reads a JSON list, prints a JSON list.
"use strict";
const net = require("node:net");
const scripts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const QUIET = Number(process.argv[2]); // ms: what loopback needs to deliver everything
const WAY = 0.4; // units of time from one end to the other

function watch(socket, log, isJoined) {
  socket.on("data", (chunk) => {
    const last = log[log.length - 1];
    if (isJoined && last && last.startsWith("data ")) log[log.length - 1] = last + chunk.toString("latin1");
    else log.push("data " + chunk.toString("latin1"));
  });
  for (const name of ["end", "finish", "close", "timeout"]) {
    socket.on(name, (value) => log.push(name === "close" ? `close ${value}` : name));
  }
  socket.on("error", (error) => log.push(`error ${error.code}`));
}

function act(socket, [what, text], log) {
  if (what === "write") {
    const answered = socket.write(text, (error) => log.push(`written ${error ? error.code : "ok"}`));
    log.push(`write ${answered}`);
  } else if (what === "end") socket.end(() => log.push("ended"));
  else if (what === "pause") socket.pause();
  else if (what === "resume") socket.resume();
  else if (what === "destroy") socket.destroy();
  else if (what === "destroySoon") socket.destroySoon();
  else if (what === "reset") socket.resetAndDestroy();
}

function state(socket) {
  return [socket.destroyed, socket.readable, socket.writable, socket.readyState, socket.bytesWritten];
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Time that moves when everything has arrived: how long that takes on this machine is no part of the run.
class Clock {
  constructor() {
    this.now = 0; // units
    this.due = [];
  }

  at(time, work) {
    const due = Math.round(time * 1000) / 1000;
    const place = this.due.findIndex((each) => each.due > due);
    this.due.splice(place < 0 ? this.due.length : place, 0, { due, work });
  }

  async run(until) {
    while (this.due.length && this.due[0].due < until) {
      this.now = this.due[0].due;
      while (this.due.length && this.due[0].due === this.now) this.due.shift().work();
      await sleep(QUIET / 2);
      this.onQuiet();
      await sleep(QUIET / 2);
    }
  }
}

// One direction through the relay: what comes from `source` goes to `target`, one segment a unit, behind WAY.
class Way {
  constructor(clock, source, target, segment) {
    Object.assign(this, { clock, source, target, segment, freeAt: 0, left: Infinity, isOver: false });
    source.on("data", (chunk) => {
      for (let start = 0; start < chunk.length; start += segment) {
        const piece = chunk.subarray(start, start + segment);
        this.later(piece.length / segment, () => this.deliver(piece));
      }
    });
    source.on("end", () => this.later(0, () => target.end()));
    source.on("error", () => this.reset());
  }

  later(size, work) {
    this.freeAt = Math.max(this.freeAt, this.clock.now) + size;
    this.clock.at(this.freeAt + WAY, () => this.isOver || work());
  }

  deliver(piece) {
    if (this.target.destroyed) return;
    if (piece.length < this.left) {
      this.left -= piece.length;
      this.target.write(piece);
      return;
    }
    this.target.write(piece.subarray(0, this.left));
    this.end();
    this.back.reset();
  }

  reset() {
    this.later(0, () => this.end());
  }

  end() {
    const { target } = this;
    this.isOver = true;
    // Node fails with EINVAL while the end is under way.
    if (target.writableEnded && !target.writableFinished) target.once("finish", () => target.resetAndDestroy());
    else target.resetAndDestroy();
  }
}

// A listener whose connections go on to `port`.
function relay(port, segment, onReady) {
  const clock = new Clock();
  return net.createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const ways = { client: new Way(clock, near, far, segment), server: new Way(clock, far, near, segment) };
    ways.client.back = ways.server;
    ways.server.back = ways.client;
    // Once a side has ended, a reset of its shows in a write only.
    clock.onQuiet = () => [near, far].forEach((each) => each.readableEnded && each.writable && each.write(Buffer.alloc(0)));
    far.on("connect", () => onReady(ways, clock));
  });
}

function play(script) {
  return new Promise((resolve) => {
    const logs = { client: [], server: [] };
    const isTimed = script.segment > 0;
    const options = { allowHalfOpen: script.allowHalfOpen };
    let client, accepted, relaying;
    const finish = () => {
      const states = { client: state(client), server: state(accepted) };
      const result = JSON.parse(JSON.stringify({ logs, states }));
      client.destroy();
      accepted.destroy();
      if (relaying) relaying.close();
      server.close();
      resolve(result);
    };
    const stepByStep = async () => {
      const sockets = { client, server: accepted };
      for (const [who, ...step] of script.steps) {
        act(sockets[who], step, logs[who]);
        await sleep(QUIET);
        logs.client.push("-");
        logs.server.push("-");
      }
      finish();
    };
    const atTimes = async (ways, clock) => {
      await sleep(QUIET);
      const sockets = { client, server: accepted };
      const step = ([, who, ...what]) => {
        if (who !== "network") act(sockets[who], what, logs[who]);
        else if (what[0] === "resetAfter") ways[what[1]].left = what[2];
        else for (const way of Object.values(ways)) way.reset();
      };
      for (let time = 0; time < script.duration; time++) {
        clock.at(time, () => {
          for (const log of Object.values(logs)) log.push(`- ${time}`);
          script.steps.filter((each) => each[0] === time).forEach(step);
        });
      }
      await clock.run(script.duration);
      finish();
    };
    const server = net.createServer(options, (socket) => {
      accepted = socket;
      watch(accepted, logs.server, !isTimed);
      if (!isTimed) stepByStep();
    });
    const connect = (listener) => {
      client = net.connect({ port: listener.address().port, host: "127.0.0.1", ...options });
      watch(client, logs.client, !isTimed);
    };
    server.listen(0, "127.0.0.1", () => {
      if (!isTimed) return connect(server);
      relaying = relay(server.address().port, script.segment, atTimes);
      relaying.listen(0, "127.0.0.1", () => connect(relaying));
    });
  });
}

(async () => {
  // Many at once: each waits most of its time.
  console.log(JSON.stringify(await Promise.all(scripts.map(play))));
  process.exit();
})();
