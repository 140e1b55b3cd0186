// The package as it is imported: archives and recordings over the WebAssembly module, whose classes are in
// `netidx_archive_viewer_core.js`. What is here is what needs the language itself: iterators, disposal, workers.

import initCore, * as core from "./netidx_archive_viewer_core.js";

/** Where this file is. Bundlers follow `import.meta.url` where they see it, and are not to follow everything here. */
const HERE = import.meta.url;
const WASM = "netidx_archive_viewer_bg.wasm";
const WORKER = "netidx_archive_viewer_worker.js";
/** How many batches `batches()` asks for at a time. */
const PAGE = 1000;
/** How many bytes are scanned between two reports of progress. */
const PIECE = 8 << 20;

/** Node loads no `file:` address by `fetch`, and has its workers in a module. */
const isNode = typeof globalThis.process?.versions?.node === "string";
const node = (name) => import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);

let ready;
let module;

/** Loads the WebAssembly module, once. Takes what `fetch` takes, bytes, or nothing. */
export default function init(input) {
  ready ??= start(input).catch((error) => {
    ready = undefined;
    throw error;
  });
  return ready;
}

async function start(input) {
  if (input === undefined && isNode && HERE.startsWith("file:")) {
    const { readFile } = await node("fs/promises");
    input = { module_or_path: await readFile(new URL(WASM, HERE)) };
  }
  const exports = await initCore(input);
  module = initCore.__wbindgen_wasm_module;
  return exports;
}

/** What every call that fails throws. */
export class ArchiveError extends Error {
  name = "ArchiveError";
  constructor(kind, message, offset = undefined) {
    super(message);
    this.kind = kind;
    this.offset = offset;
  }
}

/** Errors of the module are made in Rust, those of a worker are copies. */
function adopt(error) {
  if (error?.name === "ArchiveError" && !(error instanceof ArchiveError)) {
    Object.setPrototypeOf(error, ArchiveError.prototype);
  }
  return error;
}

function guarded(call) {
  try {
    const answer = call();
    return answer instanceof Promise ? answer.catch((error) => Promise.reject(adopt(error))) : answer;
  } catch (error) {
    throw adopt(error);
  }
}

const freed = () => new ArchiveError("freed", "this was freed, and answers no more calls");
const DISPOSE = Symbol.dispose ?? Symbol.for("Symbol.dispose");
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
/** Only this module makes objects of its classes. */
const OWN = Symbol("own");

function checkOwn(own, name) {
  if (own !== OWN) throw new ArchiveError("argument", `new ${name}() makes none: call ${name}.open`);
}

/** Lets whatever else is due come in between. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** The bytes of an export, which are made as they are read. */
function streamOf(exporting, { onProgress, signal } = {}) {
  const end = () => {
    exporting?.free();
    exporting = undefined;
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        for (;;) {
          signal?.throwIfAborted();
          const piece = guarded(() => exporting.piece());
          onProgress?.({ done: Number(exporting.done), total: Number(exporting.total) });
          if (piece === undefined) {
            end();
            return controller.close();
          }
          if (piece.length > 0) return controller.enqueue(piece);
          await pause();
        }
      } catch (error) {
        end();
        throw error;
      }
    },
    cancel: end,
  }, { highWaterMark: 0 });
}

/** Bytes that come later, as a stream. */
const streamOfBytes = (bytes) => new ReadableStream({
  async pull(controller) {
    controller.enqueue(await bytes());
    controller.close();
  },
}, { highWaterMark: 0 });

/** All bytes of a stream. */
const bytesOfStream = async (stream) => new Uint8Array(await new Response(stream).arrayBuffer());

/** A copy is all of a file: options that choose a part of it are none. */
function checkCopy({ format, ...rest }) {
  const part = Object.keys(rest).filter((name) => rest[name] !== undefined && name !== "level" && name !== "dictionary");
  if (part.length > 0) {
    const text = `a copy has all that is in the file, so ${part.join(", ")} is no option of ${format}; a slice takes it`;
    throw new ArchiveError("argument", text);
  }
  return rest;
}

/** Page after page of batches, one by one. */
async function* batchesOf(archive, options) {
  for (let after; ; ) {
    const page = await archive.deltas({ ...options, ...(after && { after }), limit: PAGE });
    yield* page.batches;
    after = page.next;
    if (after === undefined) return;
  }
}

/** The calls that archives and recordings have in common. */
class Calls {
  #core;

  constructor(own, core) {
    checkOwn(own, new.target.name);
    this.#core = core;
  }

  /** Calls the module. */
  _call(name, ...args) {
    if (this.#core === undefined) throw freed();
    return guarded(() => this.#core[name](...args));
  }

  info() { return this._call("info"); }
  paths() { return this._call("paths"); }
  image(options) { return this._call("image", options); }
  deltas(options) { return this._call("deltas", options); }
  seek(cursor, expression) { return this._call("seek", cursor, expression); }
  find(options) { return this._call("find", options); }
  statistics(options) { return this._call("statistics", options); }
  diff(before, after, options) { return this._call("diff", before, after, options); }
  columns(options) { return this._call("columns", options); }

  batches(options) {
    if (this.#core === undefined) throw freed();
    return batchesOf(this, options);
  }

  export(options) {
    const [hooks, rest] = split(options);
    hooks.signal?.throwIfAborted();
    if (rest?.format === "indexed" || rest?.format === "compressed") return this._copy(rest);
    return streamOf(this._call("export", rest), hooks);
  }

  async verify(options) {
    const [{ onProgress, signal }, rest] = split(options);
    const unknown = Object.keys(rest ?? {});
    if (unknown.length > 0) {
      throw new ArchiveError("argument", `${unknown[0]} is no option: known are onProgress, signal`);
    }
    signal?.throwIfAborted();
    const verifying = this._call("verify");
    try {
      while (guarded(() => verifying.step())) {
        onProgress?.({ done: Number(verifying.done), total: Number(verifying.total) });
        await pause();
        signal?.throwIfAborted();
      }
      onProgress?.({ done: Number(verifying.done), total: Number(verifying.total) });
      return verifying.report();
    } finally {
      verifying.free();
    }
  }

  free() {
    this.#core?.free();
    this.#core = undefined;
  }

  [DISPOSE]() { this.free(); }
}

/** Options of opening that are not for the module. */
function split(options) {
  if (options === undefined || options === null || typeof options !== "object") return [{}, options];
  const { onProgress, signal, ...rest } = options;
  return [{ onProgress, signal }, rest];
}

const isBlob = (source) => typeof Blob !== "undefined" && source instanceof Blob;
/** Whether it can be read at once only, where reading does not block: on a page, and of an address. */
const needsWorker = (source) =>
  source instanceof URL || (isBlob(source) && typeof FileReaderSync === "undefined");

/** One file. */
export class Archive extends Calls {
  static open(source, options) {
    if (needsWorker(source)) return Archive.openAsync(source, options);
    const [{ signal }, rest] = split(options);
    signal?.throwIfAborted();
    return new Archive(OWN, guarded(() => core.Archive.open(source, rest)));
  }

  static openAsync(source, options) {
    return AsyncArchive._open("Archive", source, options);
  }

  /** For the worker, which opens in pieces. */
  static _of(core) { return new Archive(OWN, core); }

  rescan(bytes, options) { return this._call("rescan", bytes, options); }
  buildIndex() { return this._call("buildIndex"); }
  compress(options) { return this._call("compress", options); }
  async sidecar() { return this._call("sidecar"); }

  /** A copy as a stream. */
  _copy(options) {
    const rest = checkCopy(options);
    if (options.format === "indexed") return streamOfBytes(() => this.buildIndex());
    return streamOfBytes(() => this.compress(rest));
  }
}

/** The files of a recorder's folder as one. */
export class Recording extends Calls {
  static open(files, options) {
    const [{ signal }, rest] = split(options);
    signal?.throwIfAborted();
    if (Array.isArray(files) && files.some((file) => needsWorker(file?.source))) {
      return Recording.openAsync(files, options);
    }
    return new Recording(OWN, guarded(() => core.Recording.open(files, rest)));
  }

  static openAsync(files, options) {
    return AsyncArchive._open("Recording", files, options);
  }

  /** All files as one, indexed and with the paths in it; compressed where that is wanted. */
  _copy(options) {
    const rest = checkCopy(options);
    const joined = () => streamOf(this._call("export", { format: "slice" }));
    if (options.format === "indexed") return joined();
    return streamOfBytes(async () => {
      const archive = Archive.open(await bytesOfStream(joined()));
      try {
        return await archive.compress(rest);
      } finally {
        archive.free();
      }
    });
  }
}

/** An archive or a recording in a worker of its own. */
export class AsyncArchive {
  #worker;

  constructor(own, worker) {
    checkOwn(own, "AsyncArchive");
    this.#worker = worker;
  }

  static async _open(kind, source, options) {
    const [{ onProgress, signal }, rest] = split(options);
    signal?.throwIfAborted();
    await init();
    const worker = await Connection.start();
    // A URL cannot be copied to a worker, its text can.
    const plain = (it) => (it instanceof URL ? it.href : it);
    const files = (it) => Array.from(it, (file) => ({ name: file?.name, source: plain(file?.source) }));
    source = kind === "Recording" && Array.isArray(source) ? files(source) : plain(source);
    const more = rest && { ...rest, ...(rest.pathIndex && { pathIndex: plain(rest.pathIndex) }) };
    try {
      const message = { open: kind, source, options: more, module, base: globalThis.location?.href };
      await worker.ask(message, { onProgress, signal });
    } catch (error) {
      worker.end(freed());
      throw error;
    }
    return new AsyncArchive(OWN, worker);
  }

  async _call(name, ...args) {
    if (this.#worker === undefined) throw freed();
    const [hooks, rest] = split(args.at(-1));
    if (hooks.signal || hooks.onProgress) args[args.length - 1] = rest;
    hooks.signal?.throwIfAborted();
    return this.#worker.ask({ call: name, args }, hooks);
  }

  info() { return this._call("info"); }
  paths() { return this._call("paths"); }
  image(options) { return this._call("image", options); }
  deltas(options) { return this._call("deltas", options); }
  seek(cursor, expression) { return this._call("seek", cursor, expression); }
  find(options) { return this._call("find", options); }
  statistics(options) { return this._call("statistics", options); }
  diff(before, after, options) { return this._call("diff", before, after, options); }
  columns(options) { return this._call("columns", options); }
  verify(options) { return this._call("verify", ...(options === undefined ? [] : [options])); }
  rescan(bytes, options) { return this._call("rescan", bytes, options); }
  buildIndex() { return this._call("buildIndex"); }
  compress(options) { return this._call("compress", options); }
  sidecar() { return this._call("sidecar"); }

  batches(options) {
    if (this.#worker === undefined) throw freed();
    return batchesOf(this, options);
  }

  /** A stream at once, as of an archive that is not in a worker. */
  export(options) {
    if (this.#worker === undefined) throw freed();
    const [{ signal }] = split(options);
    signal?.throwIfAborted();
    let reader;
    const begin = async () => (reader ??= (await this._call("export", options)).getReader());
    return new ReadableStream({
      async pull(controller) {
        signal?.throwIfAborted();
        const { done, value } = await (await begin()).read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => reader?.cancel(),
    }, { highWaterMark: 0 });
  }

  free() {
    this.#worker?.end(freed());
    this.#worker = undefined;
  }

  [DISPOSE]() { this.free(); }
  async [ASYNC_DISPOSE]() { this.free(); }
}

/** A worker, and the questions that wait for its answers. */
class Connection {
  #port;
  #waiting = new Map();
  #next = 0;

  static async start() {
    const connection = new Connection();
    connection.#port = await newWorker((message) => connection.#hear(message), (reason) => {
      const text = `the worker of the archive ended: ${reason}`;
      connection.end(new ArchiveError("source", text));
    });
    return connection;
  }

  ask(message, { onProgress, signal } = {}) {
    return new Promise((resolve, reject) => {
      if (this.#port === undefined) return reject(freed());
      if (signal?.aborted) return reject(signal.reason);
      const id = this.#next++;
      const settle = (settled) => (value) => {
        signal?.removeEventListener("abort", abort);
        this.#waiting.delete(id);
        if (this.#waiting.size === 0) this.#port?.unref?.();
        settled(value);
      };
      const abort = () => {
        const { reject } = this.#waiting.get(id) ?? {};
        reject?.(signal.reason);
        this.#port?.postMessage({ id, abort: true });
      };
      signal?.addEventListener("abort", abort);
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject), onProgress });
      this.#port.ref?.();
      try {
        this.#port.postMessage({ id, ...message });
      } catch (error) {
        const text = `this cannot be given to a worker: ${error.message}`;
        settle(reject)(new ArchiveError("argument", text));
      }
    });
  }

  #hear({ id, value, stream, error, progress }) {
    const asked = this.#waiting.get(id);
    if (asked === undefined) return;
    if (progress !== undefined) asked.onProgress?.(progress);
    else if (error !== undefined) asked.reject(revived(error));
    else if (stream !== undefined) asked.resolve(this.#streamOf(stream));
    else asked.resolve(value);
  }

  /** A stream of the worker, read piece by piece. */
  #streamOf(number) {
    return new ReadableStream({
      pull: async (controller) => {
        const { done, value } = await this.ask({ read: number });
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => this.ask({ cancel: number }),
    });
  }

  /** Ends the worker. Whoever waits hears why. */
  end(reason) {
    this.#port?.terminate();
    this.#port = undefined;
    for (const { reject } of [...this.#waiting.values()]) reject(reason);
  }
}

function revived({ name, message, kind, offset }) {
  if (name === "ArchiveError") return new ArchiveError(kind, message, offset);
  if (name === "AbortError") return new DOMException(message, name);
  return Object.assign(new Error(message), { name });
}

/** A worker that runs `netidx_archive_viewer_worker.js`, whatever program this is. */
async function newWorker(hear, fail) {
  if (isNode && typeof Worker === "undefined") {
    const { Worker } = await node("worker_threads");
    // What the program itself was started with is not for the worker.
    const script = new URL(WORKER, HERE);
    const worker = new Worker(script, { execArgv: [] });
    worker.unref();
    worker.on("message", hear);
    worker.on("error", (error) => fail(error.message));
    return worker;
  }
  const worker = webWorker();
  worker.onmessage = ({ data }) => hear(data);
  worker.onmessageerror = () => fail("an answer cannot be copied");
  worker.onerror = (event) => {
    event.preventDefault?.();
    fail(event.message ?? "its script cannot be loaded; is netidx_archive_viewer_worker.js beside the package?");
  };
  return worker;
}

function webWorker() {
  try {
    return new Worker(new URL("./netidx_archive_viewer_worker.js", import.meta.url), { type: "module" });
  } catch {
    // A worker has to come from the page's own origin; one of a few bytes may import the other.
    const url = new URL(WORKER, HERE);
    const script = new Blob([`import ${JSON.stringify(url.href)};`], { type: "text/javascript" });
    return new Worker(URL.createObjectURL(script), { type: "module" });
  }
}

/** What the worker of the package calls; not for others. */
export const _internal = { init, core, isNode, node, PIECE };
