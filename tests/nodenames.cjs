// Prints, as JSON, which underscore names Node itself has on each class: on prototypes, and on objects that are in use.
"use strict";
const http = require("http"), net = require("net"), stream = require("stream"), dns = require("dns");
const { EventEmitter, EventEmitterAsyncResource } = require("events");
const { StringDecoder } = require("string_decoder");
const channels = require("diagnostics_channel"), hooks = require("async_hooks"), dgram = require("dgram");

const found = {};

function note(name, object) {
  const names = (found[name] ??= new Set());
  for (let each = object; each && each !== Object.prototype; each = Object.getPrototypeOf(each))
    for (const key of Object.getOwnPropertyNames(each)) if (/^_(?!_)/.test(key)) names.add(key);
}

function noteStreams() {
  const options = { read() {}, write(chunk, encoding, done) { done(); }, final(done) { done(); }, construct(done) { done(); } };
  for (const name of ["Readable", "Writable", "Duplex", "Transform", "PassThrough"])
    note("stream." + name, new stream[name](name === "Transform" ? { transform() {}, flush() {} } : options));
  note("stream.Stream", new stream.Stream());
}

function noteTheRest() {
  note("events.EventEmitter", new EventEmitter());
  note("events.EventEmitterAsyncResource", new EventEmitterAsyncResource({ name: "x" }));
  note("EventTarget", new EventTarget());
  note("Event", new Event("x"));
  note("AbortController", new AbortController());
  note("AbortSignal", AbortSignal.any([AbortSignal.timeout(1)]));
  note("async_hooks.AsyncResource", new hooks.AsyncResource("x"));
  note("async_hooks.AsyncLocalStorage", new hooks.AsyncLocalStorage());
  const channel = channels.channel("x");
  channel.subscribe(() => {});
  channel.bindStore(new hooks.AsyncLocalStorage());
  note("diagnostics_channel.Channel", channel);
  note("diagnostics_channel.TracingChannel", channels.tracingChannel("x"));
  note("dns.Resolver", new dns.Resolver());
  note("dns.promises.Resolver", new dns.promises.Resolver());
  note("net.BlockList", new net.BlockList());
  note("net.SocketAddress", new net.SocketAddress());
  note("process", process);
  note("string_decoder.StringDecoder", new StringDecoder());
  const timeout = setTimeout(() => {}, 1), interval = setInterval(() => clearInterval(interval), 1);
  const immediate = setImmediate(() => note("timers.Immediate", immediate));
  note("timers.Immediate", immediate);
  note("timers.Timeout", timeout);
  note("timers.Timeout", interval);
  const datagrams = dgram.createSocket("udp4").bind(0, () => {
    note("dgram.Socket", datagrams);
    datagrams.close();
  });
}

function noteConnections() {
  const server = http.createServer((req, res) => {
    const noteAll = () => {
      note("http.IncomingMessage", req);
      note("http.ServerResponse", res);
      note("net.Socket", req.socket);
    };
    noteAll();
    req.resume().on("end", () => {
      res.setHeader("Trailer", "x");
      res.write("a");
      noteAll();
      res.end("b");
      noteAll();
    });
    res.on("close", noteAll);
  });
  const plain = net.createServer((socket) => socket.pipe(socket));
  server.listen(0, () => {
    note("http.Server", server);
    const agent = new http.Agent({ keepAlive: true });
    const req = http.request({ port: server.address().port, method: "POST", agent });
    const noteAll = () => {
      note("http.ClientRequest", req);
      note("http.Agent", agent);
      if (req.socket) note("net.Socket", req.socket);
    };
    noteAll();
    req.on("response", (res) => {
      noteAll();
      note("http.IncomingMessage", res);
      res.resume().on("end", () => {
        noteAll();
        note("http.IncomingMessage", res);
        setImmediate(() => {
          noteAll();
          agent.destroy();
          server.close();
          plain.listen(0, again);
        });
      });
    });
    req.end("body");
  });
  function again() {
    note("net.Server", plain);
    const socket = net.connect(plain.address().port, () => {
      note("net.Socket", socket);
      socket.end("x");
    });
    socket.write("y");
    note("net.Socket", socket);
    socket.resume().on("close", () => {
      note("net.Socket", socket);
      plain.close();
    });
  }
  note("http.OutgoingMessage", new http.OutgoingMessage());
}

noteStreams();
noteTheRest();
noteConnections();
process.on("exit", () => {
  const sorted = Object.keys(found).sort().map((name) => [name, [...found[name]].sort()]);
  process.stdout.write(JSON.stringify(Object.fromEntries(sorted)));
});
