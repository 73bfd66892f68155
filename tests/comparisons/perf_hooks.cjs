'use strict';
const perf = require('perf_hooks');
const { performance, PerformanceObserver, createHistogram, monitorEventLoopDelay } = perf;

const failure = (run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code, error.message];
  }
};
/** The figures of a histogram. */
const figures = (histogram) => [histogram.count, histogram.exceeds, histogram.minBigInt, histogram.max, ...[histogram.mean, histogram.stddev, histogram.skewness, histogram.kurtosis].map((each) => Number(each.toPrecision(9))), histogram.percentiles, [0.01, 1, 25, 50, 90, 99, 99.9, 100].map((each) => histogram.percentile(each))];
/** An entry without the times of the clock. */
const entry = ({ name, entryType, startTime, duration, detail }) => [name, entryType, startTime, duration, detail];
const clear = () => {
  performance.clearMarks();
  performance.clearMeasures();
};
const immediately = () => new Promise((done) => setImmediate(() => setImmediate(done)));

module.exports = {
  histograms: () =>
    [1, 2, 3, 4, 5].flatMap((digits) =>
      [1, 7, 1000].map((lowest) => {
        const histogram = createHistogram({ lowest, highest: 10 ** 9, figures: digits });
        let value = 1;
        for (let i = 0; i < 200; i++) {
          value = (value * 48271) % 2147483647;
          histogram.record(i % 3 ? value : (value % 5000) + 1);
        }
        return figures(histogram);
      }),
    ),
  aHistogramOfOneValue: () => {
    const histogram = createHistogram();
    histogram.record(7);
    return figures(histogram);
  },
  anEmptyHistogram: () => figures(createHistogram()),
  reset: () => {
    const histogram = createHistogram();
    histogram.record(7);
    histogram.reset();
    return figures(histogram);
  },
  add: () => {
    const [one, other] = [createHistogram(), createHistogram({ figures: 2 })];
    for (const each of [1, 700, 123456]) other.record(each);
    one.record(5);
    one.add(other);
    return figures(one);
  },
  exceeds: () => [1000, 1001, 2047, 5000].map((each) => {
    const histogram = createHistogram({ highest: 1000 });
    histogram.record(each);
    return [histogram.count, histogram.exceeds];
  }),
  recordDelta: () => {
    const histogram = createHistogram();
    histogram.recordDelta();
    const first = histogram.count;
    histogram.recordDelta();
    return [first, histogram.count, histogram.min > 0];
  },
  aHistogramAsJSON: () => {
    const histogram = createHistogram();
    for (const each of [1, 5, 5, 9, 1000, 123456]) histogram.record(each);
    const { ewmaMean, ewmaStddev, ewmaErrorRate, ...found } = histogram.toJSON();
    return found;
  },
  whatHistogramsRefuse: () => [
    ...[{ lowest: 0 }, { lowest: 5, highest: 6 }, { figures: 6 }, { figures: 'a' }, { lowest: 1.5 }, { lowest: 'x' }, { highest: 'x' }, 5].map((each) => failure(() => createHistogram(each))),
    ...[0, -1, 's', 1.5, undefined].map((each) => failure(() => createHistogram().record(each))),
    ...[0, 101, 'a', NaN].map((each) => failure(() => createHistogram().percentile(each))),
    failure(() => createHistogram().add({})),
  ],
  delays: () => [{ resolution: 0 }, { resolution: 'x' }, { resolution: 1.5 }, 5].map((each) => failure(() => monitorEventLoopDelay(each))),
  delayIsSampled: async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const found = [delay.enable(), delay.enable()];
    while (delay.count < 3) await new Promise((done) => setTimeout(done, 1));
    found.push(delay.max > 500_000, delay.disable(), delay.disable(), delay.record === undefined);
    {
      using other = monitorEventLoopDelay();
      other.enable();
    }
    return found;
  },
  marks: () => {
    clear();
    const found = [entry(performance.mark('x', { startTime: 5, detail: { a: 1 } })), entry(new perf.PerformanceMark('y', { startTime: 9 })), performance.mark(5, { startTime: 1 }).name, performance.mark('x', { startTime: 2, detail: 7 }).toJSON()];
    found.push(performance.getEntries().map(entry), performance.getEntriesByName('x').map(entry), performance.getEntriesByName('y'), performance.getEntriesByType('mark').length, performance.getEntriesByName('x', 'measure'), performance.getEntriesByType('other'));
    performance.clearMarks('x');
    found.push(performance.getEntries().map(entry));
    clear();
    return [...found, performance.getEntries()];
  },
  aDetailIsCopied: () => {
    const detail = { a: [1] };
    const mark = performance.mark('x', { detail });
    detail.a.push(2);
    clear();
    return mark.detail;
  },
  whatMarksRefuse: () => [
    failure(() => performance.mark()),
    ...['nodeStart', 'loopStart', 'bootstrapComplete'].map((each) => failure(() => performance.mark(each))),
    ...[{ startTime: -5 }, { startTime: '5' }, 5].map((each) => failure(() => performance.mark('x', each))),
    failure(() => performance.getEntriesByName()),
    failure(() => performance.getEntriesByType()),
    failure(() => new perf.PerformanceEntry()),
    failure(() => new perf.PerformanceMeasure()),
    failure(() => new perf.Performance()),
    failure(() => new perf.PerformanceObserverEntryList()),
  ],
  measures: () => {
    clear();
    performance.mark('a', { startTime: 5 });
    performance.mark('b', { startTime: 20 });
    performance.mark('a', { startTime: 7 });
    const found = [['m', 'a', 'b'], ['m', undefined, 'b'], ['m', { start: 3, end: 10, detail: 'd' }], ['m', { start: 3, duration: 10 }], ['m', { end: 13, duration: 10 }], ['m', {}, 'b'], ['m', { start: 10, end: 2 }], ['m', { start: 'a', end: 'b' }], ['m', 'nodeStart', 'b']].map((each) => {
      const [name, type, start, duration, detail] = entry(performance.measure(...each));
      return [name, type, each[1] === 'nodeStart' || start, each[1] === 'nodeStart' || duration, detail];
    });
    performance.clearMeasures('m');
    found.push(performance.getEntriesByType('measure').map(entry), performance.measure('n', 'a').duration > -7);
    clear();
    return found;
  },
  whatMeasuresRefuse: () => {
    performance.mark('b', { startTime: 20 });
    const found = [[], [5], ['m', 'nope'], ['m', 'b', 'nope'], ['m', { start: 1, end: 13, duration: 10 }], ['m', { start: 1 }, 'b'], ['m', { start: -10, end: 2 }]].map((each) => failure(() => performance.measure(...each)));
    clear();
    return found;
  },
  timerified: async () => {
    const histogram = createHistogram();
    const observer = new PerformanceObserver(() => {});
    observer.observe({ entryTypes: ['function'] });
    const add = performance.timerify(function add(a, b) { return a + b; }, { histogram });
    const wait = perf.timerify(async function wait() { return 4; }, { histogram });
    const fail = performance.timerify(function fail() { throw new Error('no'); }, { histogram });
    const found = [add.name, add(1, 2), await wait('x'), failure(fail)[2], histogram.count, histogram.min > 0];
    found.push(observer.takeRecords().map((each) => [each.constructor.name, each.name, each.entryType, each.duration >= 0, each.detail, Object.keys(each.toJSON())]));
    observer.disconnect();
    add(1, 2);
    return [...found, histogram.count, observer.takeRecords()];
  },
  whatTimerifyRefuses: () => [failure(() => performance.timerify(5)), failure(() => performance.timerify(clear, { histogram: {} })), failure(() => performance.timerify(clear, 5))],
  observers: async () => {
    const found = [];
    performance.mark('before', { startTime: 1 });
    const observer = new PerformanceObserver((list, own) => found.push(list.getEntries().map(entry), list.getEntriesByName('m').length, list.getEntriesByName('m', 'mark'), list.getEntriesByType('mark').length, own === observer));
    observer.observe({ type: 'mark' });
    observer.observe({ type: 'measure', buffered: true });
    performance.mark('b', { startTime: 9 });
    performance.measure('m', { start: 3, end: 4 });
    setImmediate(() => found.push('immediate'));
    process.nextTick(() => found.push('tick'));
    await immediately();
    performance.mark('c', { startTime: 9 });
    found.push(observer.takeRecords().map(entry), observer.takeRecords());
    performance.mark('dropped');
    observer.disconnect();
    await immediately();
    observer.observe({ type: 'mark', buffered: true });
    found.push(observer.takeRecords().map(({ name }) => name));
    observer.disconnect();
    observer.observe({ entryTypes: ['mark', 'other'] });
    observer.observe({ entryTypes: ['measure'] });
    performance.mark('unheard');
    found.push(observer.takeRecords());
    observer.disconnect();
    clear();
    return [...found, ['function', 'http', 'mark', 'measure'].every((each) => PerformanceObserver.supportedEntryTypes.includes(each))];
  },
  whatObserversRefuse: () => {
    const observing = (...options) => failure(() => {
      const observer = new PerformanceObserver(() => {});
      try {
        for (const each of options) observer.observe(each);
      } finally {
        observer.disconnect();
      }
    });
    return [failure(() => new PerformanceObserver()), observing({}), observing({ type: 'mark', entryTypes: ['mark'] }), observing({ entryTypes: 'mark' }), observing({ type: 'mark' }, { entryTypes: ['mark'] }), observing({ entryTypes: ['mark'] }, { type: 'mark' }), observing({ entryTypes: ['other'] }), observing({ type: 'other' })];
  },
  httpEntries: async () => {
    const http = require('http');
    const entries = [];
    const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
    observer.observe({ entryTypes: ['http'] });
    const server = http.createServer((req, res) => res.writeHead(201, { x: 'y' }).end('hi'));
    const found = [];
    await new Promise((done) => server.listen(0, '127.0.0.1', () => http.get({ port: server.address().port, host: '127.0.0.1', path: '/p', agent: false, headers: { a: 'b' } }, (res) => res.resume().on('end', done))));
    await new Promise((done) => server.close(done));
    for (const { name, entryType, duration, detail: { req, res } } of [...entries, ...observer.takeRecords()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      found.push([name, entryType, duration >= 0, req.method, req.url.replace(/:\d+/, ':PORT'), req.headers.a, res.statusCode, res.statusMessage, name === 'HttpRequest' || res.headers.x]);
    }
    observer.disconnect();
    return found;
  },
  clocks: async () => {
    const { nodeTiming, timeOrigin } = performance;
    const now = performance.now();
    const json = performance.toJSON();
    return [now > 0, performance.now() >= now, Math.abs(timeOrigin + now - Date.now()) < 1000, Object.keys(json).sort(), nodeTiming.name, nodeTiming.entryType, nodeTiming.startTime, nodeTiming.duration >= now, nodeTiming.nodeStart >= 0, nodeTiming.loopExit, nodeTiming.idleTime >= 0, nodeTiming.loopStart < performance.now()];
  },
  utilization: async () => {
    const found = [[{ idle: 5, active: 10 }, { idle: 2, active: 3 }], [{ idle: 5, active: 10 }, { idle: 5, active: 10 }]].map((each) => perf.eventLoopUtilization(...each));
    const first = performance.eventLoopUtilization();
    await new Promise((done) => setTimeout(done, 30));
    const before = performance.eventLoopUtilization();
    const quiet = performance.eventLoopUtilization(before, first);
    const start = performance.now();
    while (performance.now() - start < 30);
    const busy = performance.eventLoopUtilization(before);
    const between = performance.eventLoopUtilization(performance.eventLoopUtilization(), before);
    return [...found, quiet.idle > 0, quiet.active >= 0, quiet.utilization < 1, busy.idle, busy.active > 25, busy.utilization, between.idle, between.active >= busy.active];
  },
  constants: () => ({ ...perf.constants }),
};
