// Plays scripts of two sockets on real Node over loopback; see fuzz_network.py. Reads a JSON list, prints a JSON list.
"use strict";
const net = require("node:net");
const scripts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const QUIET = Number(process.argv[2]); // ms: what loopback needs to deliver everything

function watch(socket, log) {
  socket.on("data", (chunk) => {
    const last = log[log.length - 1];
    if (last && last.startsWith("data ")) log[log.length - 1] = last + chunk.toString("latin1");
    else log.push("data " + chunk.toString("latin1"));
  });
  for (const name of ["end", "finish", "close", "timeout"]) {
    socket.on(name, (value) => log.push(name === "close" ? `close ${value}` : name));
  }
  socket.on("error", (error) => log.push(`error ${error.code}`));
}

function act(socket, step, log) {
  const [, what, text] = step;
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

function play(script) {
  return new Promise((resolve) => {
    const logs = { client: [], server: [] };
    const options = { allowHalfOpen: script.allowHalfOpen };
    const server = net.createServer(options, async (accepted) => {
      watch(accepted, logs.server);
      const sockets = { client, server: accepted };
      for (const step of script.steps) {
        act(sockets[step[0]], step, logs[step[0]]);
        await new Promise((done) => setTimeout(done, QUIET));
        logs.client.push("-");
        logs.server.push("-");
      }
      const states = { client: state(client), server: state(accepted) };
      const result = JSON.parse(JSON.stringify({ logs, states }));
      client.destroy();
      accepted.destroy();
      server.close(() => resolve(result));
    });
    let client;
    server.listen(0, "127.0.0.1", () => {
      client = net.connect({ port: server.address().port, host: "127.0.0.1", ...options });
      watch(client, logs.client);
    });
  });
}

(async () => {
  // Many at once: each waits most of its time.
  console.log(JSON.stringify(await Promise.all(scripts.map(play))));
})();
