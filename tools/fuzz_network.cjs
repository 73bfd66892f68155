// Plays scripts of two sockets on real Node over loopback; see fuzz_network.py. Reads a JSON list, prints a JSON list.
"use strict";
const net = require("node:net");
const scripts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const QUIET = Number(process.argv[2]); // ms: what loopback needs to deliver everything, or a unit of time
const WAY = 0.4; // units from one end to the other
const GRID = 0.2; // units: whatever happens, happens at a multiple of it

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

// One direction through the relay: what comes from `source` goes to `target`, one segment a unit, behind WAY.
class Way {
  constructor(clock, source, target, segment) {
    Object.assign(this, { clock, source, target, segment, queue: [], freeAt: 0, left: Infinity, isOver: false });
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
    const now = Math.floor((performance.now() - this.clock.began) / QUIET / GRID) * GRID;
    this.freeAt = Math.max(this.freeAt, now) + size;
    const due = this.clock.began + (this.freeAt + WAY) * QUIET - performance.now();
    this.queue.push(work);
    setTimeout(() => this.isOver || this.queue.shift()(), due); // timers that are due together may change places
  }

  deliver(piece) {
    if (this.target.destroyed) return;
    if (piece.length < this.left) {
      this.left -= piece.length;
      this.target.write(piece);
      // A reset that answers it shows in a write only, once the other side has ended.
      setTimeout(() => this.target.writable && this.target.write(Buffer.alloc(0)), (QUIET * GRID) / 2);
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
    this.isOver = true;
    this.target.resetAndDestroy();
  }
}

// A listener whose connections go on to `port`.
function relay(port, segment, onReady) {
  const clock = { began: performance.now() };
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const ways = { client: new Way(clock, near, far, segment), server: new Way(clock, far, near, segment) };
    ways.client.back = ways.server;
    ways.server.back = ways.client;
    far.on("connect", () => onReady(ways, clock));
  });
  return server;
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
      clock.began = performance.now();
      const sockets = { client, server: accepted };
      for (let time = 0; time < script.duration; time++) {
        for (const log of Object.values(logs)) log.push(`- ${time}`);
        for (const [, who, ...step] of script.steps.filter((each) => each[0] === time)) {
          if (who !== "network") act(sockets[who], step, logs[who]);
          else if (step[0] === "resetAfter") ways[step[1]].left = step[2];
          else for (const way of Object.values(ways)) way.reset();
        }
        await sleep(clock.began + (time + 1) * QUIET - performance.now());
      }
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
