// Random numbers for recorders, by the seed that is the first argument of the program: the same seed, the same cases.
'use strict';
let state = Number(process.argv[2]) >>> 0;
const random = (n) => { // mulberry32
  state = (state + 0x6D2B79F5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % n;
};
const pick = (list) => list[random(list.length)];
module.exports = { random, pick };
