// Answers the lines of benches/src/lib.rs from workers, which live as long as their file is measured.

let file;
let workers = [];

const start = async () => {
  const worker = new Worker("worker.js", { type: "module" });
  workers.push(worker);
  return tell(worker, { verb: "load", what: file });
};

const tell = (worker, message) =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message || "the worker does not start"));
    worker.postMessage(message);
  });

const load = async (what) => {
  for (const worker of workers.splice(0)) worker.terminate();
  file = what;
  return `ok ${(await start()).batches}`;
};

const run = async (work) => {
  if (work !== "halves") return `ok ${(await tell(workers[0], { verb: "run", what: work })).answer}`;
  if (workers.length < 2) await start();
  const halves = workers.map((worker, i) => tell(worker, { verb: "run", what: `half-${i}` }));
  const [one, two] = await Promise.all(halves);
  const ms = Math.max(one.end, two.end) - Math.min(one.start, two.start);
  const counts = ({ answer }) => answer.split(" ").slice(1).map(BigInt);
  const sums = counts(one).map((count, i) => BigInt.asUintN(64, count + counts(two)[i]));
  return `ok ${ms} ${sums.join(" ")}`;
};

// The bytes of linear memory before the file came into it and since.
const memory = async () => {
  const { before, after } = await tell(workers[0], { verb: "memory" });
  return `ok ${before} ${after}`;
};

// Milliseconds of three plain reads and of the opening of the chosen file, its batches, and the bytes
// of linear memory behind all that.
const stream = async () => {
  const worker = new Worker("worker.js", { type: "module" });
  const what = document.querySelector("input").files[0];
  const answer = await tell(worker, { verb: "stream", what });
  worker.terminate();
  return `ok ${answer}`;
};

globalThis.bench = async (line) => {
  const [verb, what] = line.split(" ");
  try {
    return await { load, run, memory, stream }[verb](what);
  } catch (error) {
    return `error ${error.message}`;
  }
};
