// The worker of `openAsync`: opens one archive or recording and answers calls to it, one after the other.

import { ArchiveError, Archive, Recording, _internal } from "./netidx_archive_viewer.js";

const { core, init, isNode, node, PIECE } = _internal;
let port;

let opened;
const streams = new Map();
/** Questions that are not wanted any more. */
const aborted = new Set();

const answer = (id, message) => port.postMessage({ id, ...message });
const pause = () => new Promise((resolve) => setTimeout(resolve));

function fail(id, error) {
  const { name = "Error", message = String(error), kind, offset } = error ?? {};
  answer(id, { error: { name, message, kind, offset } });
}

/** Bytes or a `Blob`, from whatever is opened. */
async function bytesOf(source, report, base) {
  if (source instanceof URL || typeof source === "string") return load(new URL(source, base), report);
  const isBlob = typeof Blob !== "undefined" && source instanceof Blob;
  if (isBlob && typeof FileReaderSync === "undefined") return new Uint8Array(await source.arrayBuffer());
  return source;
}

async function load(url, report) {
  if (isNode && url.protocol === "file:") {
    const { readFile } = await node("fs/promises");
    return readFile(url);
  }
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new ArchiveError("source", `the address cannot be read: ${error.message}`);
  }
  if (!response.ok) {
    throw new ArchiveError("source", `the server answered ${response.status} ${response.statusText}`.trim());
  }
  const total = Number(response.headers.get("content-length")) || undefined;
  const parts = [];
  let done = 0;
  for (const reader = response.body.getReader(); ; ) {
    const piece = await reader.read();
    if (piece.done) break;
    parts.push(piece.value);
    report({ done: (done += piece.value.length), total });
  }
  const whole = new Blob(parts);
  return typeof FileReaderSync === "undefined" ? new Uint8Array(await whole.arrayBuffer()) : whole;
}

async function open({ id, open, source, options, module, base }) {
  await init(module && { module_or_path: module });
  const report = (progress) => answer(id, { progress });
  if (open === "Recording") {
    const files = [];
    for (const [nth, file] of source.entries()) {
      files.push({ name: file?.name, source: await bytesOf(file?.source, () => {}, base) });
      report({ done: nth + 1, total: source.length });
    }
    return Recording.open(files, options);
  }
  const pathIndex = options?.pathIndex && { pathIndex: await bytesOf(options.pathIndex, () => {}, base) };
  const bytes = await bytesOf(source, report, base);
  const opening = new core.ArchiveOpening(bytes, pathIndex ? { ...options, ...pathIndex } : options);
  for (let more = true; more; ) {
    more = opening.step(PIECE);
    report({ done: Number(opening.done), total: Number(opening.total) });
    await pause();
    if (aborted.delete(id)) throw new DOMException("opening was aborted", "AbortError");
  }
  return Archive._of(opening.finish());
}

async function handle(message) {
  const { id, call, args, read, cancel } = message;
  if (message.open !== undefined) {
    opened = await open(message);
    return answer(id, {});
  }
  if (read !== undefined) return answer(id, { value: await streams.get(read).read() });
  if (cancel !== undefined) {
    await streams.get(cancel)?.cancel();
    streams.delete(cancel);
    return answer(id, {});
  }
  if (typeof opened?.[call] !== "function") throw new ArchiveError("argument", `there is no call ${call}`);
  const value = await opened[call](...args);
  if (value instanceof ReadableStream) {
    streams.set(id, value.getReader());
    return answer(id, { stream: id });
  }
  answer(id, { value });
}

function hear(message) {
  if (message.abort) return aborted.add(message.id);
  handle(message).catch((error) => fail(message.id, error));
}

if (isNode && typeof self === "undefined") {
  node("worker_threads").then(({ parentPort }) => {
    port = parentPort;
    port.on("message", hear);
  });
} else {
  port = self;
  port.addEventListener("message", ({ data }) => hear(data));
}
