// A worker with one file open.

import init, { WebBench, open_file } from "./bench.js";

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

// A plain read of the file from its first byte to its last: by its stream, by its stream into the
// same 4 MiB of memory again and again, and in slices of 4 MiB of which four are read at a time. The
// opening reads as the second does.
const ROUNDS = 5;
const SLICE = 4 << 20;

let reader; // Chromium forgets one that only waits, and so never ends.

const by_stream = async (file) => {
  let bytes = 0;
  reader = file.stream().getReader();
  for (let part; !(part = await reader.read()).done; ) bytes += part.value.length;
  return bytes;
};

const by_memory = async (file) => {
  let bytes = 0;
  let buffer = new ArrayBuffer(SLICE);
  reader = file.stream().getReader({ mode: "byob" });
  while (bytes < file.size) {
    const min = Math.min(SLICE, file.size - bytes);
    const { value } = await reader.read(new Uint8Array(buffer, 0, min), { min });
    bytes += value.length;
    buffer = value.buffer;
  }
  return bytes;
};

const by_slices = async (file) => {
  const reads = [];
  let bytes = 0;
  for (let start = 0; start < file.size || reads.length; start += SLICE) {
    if (start < file.size) reads.push(file.slice(start, start + SLICE).arrayBuffer());
    if (reads.length === 4 || start >= file.size) bytes += (await reads.shift()).byteLength;
  }
  return bytes;
};

const stream = async (file) => {
  wasm = await init();
  const ways = [by_stream, by_memory, by_slices, open_file];
  const times = ways.map(() => []);
  let batches;
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, way] of ways.entries()) {
      const start = performance.now();
      const found = await way(file);
      if (round > 0) times[i].push(performance.now() - start);
      if (way === open_file) batches = found;
      else if (found !== file.size) throw new Error(`${found} bytes of ${file.size}`);
    }
  }
  const median = (list) => list.sort((a, b) => a - b)[ROUNDS >> 1];
  return [...times.map(median), batches, size()].join(" ");
};

onmessage = async ({ data: { verb, what } }) => {
  try {
    postMessage(await { load, run, memory, stream }[verb](what));
  } catch (error) {
    postMessage({ error: `${error.message ?? error}` });
  }
};
