// A worker with one file open.

import init, { WebBench } from "./bench.js";

const now = () => performance.timeOrigin + performance.now();
const size = () => wasm.memory.buffer.byteLength;
let wasm;
let bench;
let before;

const load = async (url) => {
  wasm = await init();
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const buffer = await response.arrayBuffer();
  before = size();
  bench = WebBench.load(buffer);
  return { batches: bench.batches() };
};

const run = (work) => {
  const start = now();
  const answer = bench.run(work);
  return { answer, start, end: now() };
};

const memory = () => ({ before, after: size() });

onmessage = async ({ data: { verb, what } }) => {
  try {
    postMessage(await { load, run, memory }[verb](what));
  } catch (error) {
    postMessage({ error: `${error.message ?? error}` });
  }
};
