// Needs nothing but `lib: es2022`: what browsers and Node bring is named by what is used of it, and disposal is
// declared for a TypeScript that does not know it.

declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
  interface AsyncDisposable {
    [Symbol.asyncDispose](): PromiseLike<void>;
  }
  interface ReadableStream<R = any> {}
}

/** What is used of a `Blob` or a `File`. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What is used of a `URL`. */
export interface URLLike {
  readonly href: string;
  readonly protocol: string;
}

/** What is used of an `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: any;
  throwIfAborted(): void;
}

/**
 * A point in time: RFC 3339 text, a `Date`, a number of milliseconds since 1970, or a `bigint` of nanoseconds
 * since 1970. Times outside 1677 to 2262 are clamped to that range. Answers hold text, with nanoseconds.
 */
export type Time = string | bigint | number | Date;

/** A bound of a range of time. A plain time is included. */
export type TimeBound = Time | { included: Time } | { excluded: Time };

/** Thrown by every call that fails. */
export class ArchiveError extends Error {
  constructor(kind: string, message: string, offset?: bigint);
  name: "ArchiveError";
  /** What kind of failure, in kebab-case: `not-an-archive`, `truncated`, `filter`, `condition`, `freed`, … */
  kind: string;
  /** Absolute offset in the file, in bytes, where one is known. */
  offset: bigint | undefined;
}

export interface Problem {
  kind: string;
  offset: bigint | undefined;
  /** A sentence with the offset in it. */
  message: string;
}

export interface Info {
  version: number;
  compressed: boolean;
  indexed: boolean;
  /** Offset of the end of the committed records, as the header has it. */
  committed: number | bigint;
  /** Length of the file in bytes. */
  length: number | bigint;
  deltaBatches: number;
  imageBatches: number;
  /** How many paths there are. */
  paths: number;
  first: string | undefined;
  last: string | undefined;
  /** What opening found wrong, and what reading found since. */
  problems: Problem[];
}

/**
 * A netidx value. Integers beyond 2^53 are `bigint`, decimals and datetimes are text, durations are
 * seconds, maps are arrays of pairs in key order.
 */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | null
  | undefined
  | Uint8Array
  | Value[]
  | { error: Value }
  | { uuid: string; bytes: Uint8Array };

/** netidx's names of the types; `unsubscribed`; `unreadable` where the bytes are no value. */
export type ValueType =
  | "u8" | "i8" | "u16" | "i16" | "u32" | "v32" | "i32" | "z32" | "u64" | "v64" | "i64" | "z64"
  | "f32" | "f64" | "bool" | "null" | "abstract" | "duration" | "datetime" | "decimal" | "map" | "array"
  | "error" | "bytes" | "string" | "unsubscribed" | "unreadable";

export interface Item {
  id: number;
  /** `undefined` for an id that no path mapping names. */
  path: string | undefined;
  type: ValueType;
  value: Value;
  /** netidx's text form with its type prefix. */
  text: string;
}

export interface ImageItem extends Item {
  /** The time of the batch that holds this event. */
  time: string;
}

export interface Batch {
  time: string;
  items: Item[];
}

export interface Deltas {
  batches: Batch[];
  /** Bytes of the records of these batches. */
  bytes: number;
  /** Goes into `after` for the batches after these; `undefined` at the end. */
  next: string | undefined;
}

export interface Cursor {
  start?: TimeBound;
  end?: TimeBound;
  position?: Time;
}

/** Bytes of a file. */
export type Bytes = ArrayBuffer | Uint8Array | BlobLike;

export interface OpenOptions {
  /**
   * The `pathindex` of the recorder's shard: it names the paths of a data file, which has only ids. Where the
   * file names an id itself, its own path counts, and `info().problems` tells where they differ.
   */
  pathIndex?: Bytes;
  /**
   * What `sidecar()` gave for this file, which may have grown since: it saves the scan. One that does not fit is
   * ignored, and `info().problems` says so.
   */
  sidecar?: ArrayBuffer | Uint8Array;
}


/** What can be opened later, too: an address is read from there. */
export type Source = Bytes | URLLike;

export interface Progress {
  /** Bytes, or files of a recording, that are done. */
  done: number;
  /** Of how many; `undefined` where a server does not say. */
  total: number | undefined;
}

export interface AsyncOptions {
  onProgress?: (progress: Progress) => void;
  /** Once it is aborted the promise rejects with its reason, an `AbortError`. */
  signal?: AbortSignalLike;
}

export interface AsyncOpenOptions extends Omit<OpenOptions, "pathIndex">, AsyncOptions {
  /** See {@link OpenOptions.pathIndex}. */
  pathIndex?: Source;
}

/** Which updates. */
export interface RangeOptions {
  /** The first time. */
  start?: TimeBound;
  /** The last time. */
  end?: TimeBound;
  /** Globs, one of which a path must match. */
  filter?: string[];
}

export interface DeltasOptions extends RangeOptions {
  /** A time, or the `next` of an earlier answer. */
  after?: Time;
  /** The most batches of one answer. */
  limit?: number;
}

export interface FindOptions extends RangeOptions {
  /**
   * A condition, as in the page's Values box: `> 100`, `= "failed"`, `unsubscribed`, `null`, `type f64`,
   * `no update for 10s`; `changed` and `changed by > 5` compare an update with the one before it.
   */
  where: string;
  /** The most hits of one answer. */
  limit?: number;
  /** A time, or the `next` of an earlier answer. */
  after?: Time;
}

/** A stretch of time in which a condition held for a path without a break. */
export interface Hit {
  path: string;
  /** When it became true, or `start` where it was true already. */
  from: string;
  /** The update that ended it; `undefined` where it is still true at the end of what was asked. */
  to: string | undefined;
  /** How many updates met the condition, the first included. */
  updates: number;
  /** Type, value and text of the first of them. */
  type: ValueType;
  value: Value;
  text: string;
}

export interface Hits<H = Hit> {
  /** In the order in which they began, then by path. */
  hits: H[];
  /** Goes into `after` for the hits after these; `undefined` only where all came. */
  next: string | undefined;
}

export interface PathStatistics {
  path: string;
  updates: number;
  first: string;
  last: string;
  /** `undefined` where no update was a number, as the other two. Durations count in seconds. */
  minimum: number | undefined;
  maximum: number | undefined;
  mean: number | undefined;
}

/** An event and its time. */
export interface State {
  time: string;
  type: ValueType;
  value: Value;
  text: string;
}

export interface Difference {
  path: string;
  /**
   * `type`: equal text without the prefix, or an equal number, of another type. Events that are equal do not
   * appear: `NaN` equals `NaN`, and `-0.` equals `0.`.
   */
  change: "appeared" | "vanished" | "type" | "value";
  before: State | undefined;
  after: State | undefined;
  /** After less before, where both are numbers: a `bigint` of two integers, a decimal as text. */
  delta: number | bigint | string | undefined;
}

/** Updates, one a row, in the order of the files. */
export interface Columns {
  paths: string[];
  /** In a recording, the shard of each of `paths`. */
  shards?: string[];
  /** Nanoseconds since 1970. */
  time: BigInt64Array;
  /** Index in `paths`; 4294967295 for an id that no path mapping names. */
  path: Uint32Array;
  /** The tag byte of the event; 64 is unsubscribed. */
  type: Uint8Array;
  /** The number that the value is, durations in seconds; `NaN` where it is none. */
  number: Float64Array;
  /** netidx's text forms; with `{ text: true }` only. */
  text?: string[];
}

/** What an export is made in. */
export type ExportFormat =
  | "csv" | "wide-csv" | "ndjson" | "text" | "slice" | "indexed" | "compressed" | "recovered";

/**
 * Which export. Rows are the updates in file order; those of a recording have `shard` after `time`. `slice`,
 * `recovered`, `indexed` and `compressed` are archives; the last two are copies of all that there is.
 */
export interface ExportOptions extends RangeOptions {
  format: ExportFormat;
  /** Whether the state at `start` comes first, each row with the time of its own update. */
  initial?: boolean;
  /** Of `wide-csv`: the time from row to row, such as `"1s"`. Without it a row for each time of a change. */
  step?: string;
  /** Of `csv` and `wide-csv`: puts `'` before cells that a spreadsheet would run. */
  guard?: boolean;
  /** Of `compressed`: see {@link CompressOptions}. */
  level?: number;
  /** Of `compressed`: see {@link CompressOptions}. */
  dictionary?: number | false;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignalLike;
}

/** A `ReadableStream` of bytes, and what is used of it where its type is not known. */
export type ByteStream = ReadableStream<Uint8Array> & {
  getReader(): {
    read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: undefined }>;
    cancel(reason?: any): Promise<void>;
  };
  cancel(reason?: any): Promise<void>;
};

export interface Finding {
  kind: string;
  offset: bigint | undefined;
  /** A sentence with the offset in it; of a recording with the file before it. */
  message: string;
}

/** What a check of everything found. The format has no checksum: damage can make another valid value. */
export interface Report {
  sound: boolean;
  deltaBatches: number;
  imageBatches: number;
  /** Events that were decoded. */
  values: number;
  /** What is wrong. */
  findings: Finding[];
  /** What is worth to be known, and no damage: bytes after the committed end, clocks that were set back. */
  notes: Finding[];
}

/** One file. */
export class Archive implements Disposable {
  private constructor();
  /**
   * Opens an archive. Up to 64 MiB of bytes are copied. More of them are read where they are, as a `Blob` or
   * `File` is: leave them unchanged until `free()`. A `Blob` or `File` is read at once in a worker only; on a
   * page, in Node and for an address this is {@link Archive.openAsync}.
   */
  static open(source: ArrayBuffer | Uint8Array, options?: OpenOptions): Archive;
  static open(source: URLLike, options?: AsyncOpenOptions): Promise<AsyncArchive>;
  static open(source: BlobLike, options?: AsyncOpenOptions): Archive | Promise<AsyncArchive>;
  /** Opens an archive in a worker of its own, so that a page never waits for it. */
  static openAsync(source: Source | string, options?: AsyncOpenOptions): Promise<AsyncArchive>;

  info(): Info;
  paths(): { id: number; path: string }[];
  /** The last event of every path at `at`; without it the last state. In path order. */
  image(options?: { at?: Time; filter?: string[] }): ImageItem[];
  /**
   * The delta batches after `after`, between the bounds, in the order of the file. At most 16 MiB of records in
   * one answer. Of a damaged batch comes what can be read; `info().problems` then says what could not.
   */
  deltas(options?: DeltasOptions): Deltas;
  /** The same batches, one after the other. */
  batches(options?: RangeOptions): AsyncGenerator<Batch, void, undefined>;
  seek(cursor: Cursor, expression: string): Cursor;
  /** When a condition held. A condition that is none throws the kind `condition`. */
  find(options: FindOptions): Hits;
  /** Of the paths that have updates, in path order. */
  statistics(options?: RangeOptions): PathStatistics[];
  /** The paths whose events differ between two times, in path order. */
  diff(before: Time, after: Time, options?: { filter?: string[] }): Difference[];
  /** All updates as typed arrays. */
  columns(options?: RangeOptions & { text?: boolean }): Columns;
  /** A file of other tools, or another archive, made while it is read. */
  export(options: ExportOptions): ByteStream;
  /** Looks at everything. */
  verify(options?: AsyncOptions): Promise<Report>;
  /** The file after it grew, and its path index after that grew. */
  rescan(bytes: Bytes, options?: OpenOptions): Info;
  /**
   * An indexed copy that is not compressed: every batch that can be read, in the order of the file.
   * `info().problems` then names those that cannot be read.
   */
  buildIndex(): Uint8Array;
  /**
   * A compressed copy, each batch a zstd frame of its own with one dictionary that is learnt from all of
   * them. Loads the part of the package that compresses when it is called first. An archive that is
   * compressed already is refused, with the kind `already-compressed`.
   */
  compress(options?: CompressOptions): Promise<Uint8Array>;
  /** What a scan of the file found, for {@link OpenOptions.sidecar}: the bytes of `<name>.navidx`. */
  sidecar(): Promise<Uint8Array>;
  /** Frees the memory. Every later call throws an `ArchiveError` of kind `freed`; a second `free()` does nothing. */
  free(): void;
  [Symbol.dispose](): void;
}

export interface CompressOptions {
  /** 1 (fastest) to 19 (smallest). Default: 19. */
  level?: number;
  /** The most bytes of the dictionary, at most a tenth of the file; `false` or 0 for none. Default: automatic. */
  dictionary?: number | false;
}

/** A file of a recording. */
export interface RecordingFile {
  /** `shard/name`, or `name` where there are no shards. */
  name: string;
  /** Its bytes. Read in pieces: leave it unchanged until `free()`. */
  source: Source;
}

export interface RecordingInfo extends Info {
  shards: {
    shard: string;
    paths: number;
    /** Oldest first. */
    files: {
      /** Without the shard. */
      name: string;
      length: number | bigint;
      compressed: boolean;
      indexed: boolean;
      first: string | undefined;
      last: string | undefined;
      deltaBatches: number;
      imageBatches: number;
    }[];
  }[];
  /** Files that are no part of the recording, or copies of others, and why. */
  leftOut: { name: string; reason: string }[];
}

export interface RecordingBatch extends Batch {
  shard: string;
  /** The name of its file, without the shard. */
  file: string;
}

/**
 * The files of a recorder's folder as one: shards side by side, the files of a shard in order, with the paths
 * of its `pathindex`. State carries over from earlier files.
 */
export class Recording implements Disposable {
  private constructor();
  /** Opens files. Where one is a `Blob` on a page, or an address, this is {@link Recording.openAsync}. */
  static open(files: { name: string; source: ArrayBuffer | Uint8Array }[], options?: AsyncOptions): Recording;
  static open(files: RecordingFile[], options?: AsyncOptions): Recording | Promise<AsyncRecording>;
  /** Opens files in a worker of their own, so that a page never waits for it. */
  static openAsync(files: RecordingFile[], options?: AsyncOptions): Promise<AsyncRecording>;

  info(): RecordingInfo;
  /** `id` is the recording's own number of the path, for as long as it is open. */
  paths(): { id: number; path: string; shard: string }[];
  /** The last event of every path at `at`; without it the last state. In path order. */
  image(options?: { at?: Time; filter?: string[] }): (ImageItem & { shard: string })[];
  /** The delta batches after `after`: those of a shard in the order of its files, the shards by time. */
  deltas(options?: DeltasOptions): { batches: RecordingBatch[]; bytes: number; next: string | undefined };
  /** The same batches, one after the other. */
  batches(options?: RangeOptions): AsyncGenerator<RecordingBatch, void, undefined>;
  seek(cursor: Cursor, expression: string): Cursor;
  find(options: FindOptions): Hits<Hit & { shard: string }>;
  statistics(options?: RangeOptions): (PathStatistics & { shard: string })[];
  diff(before: Time, after: Time, options?: { filter?: string[] }): (Difference & { shard: string })[];
  columns(options?: RangeOptions & { text?: boolean }): Columns;
  /** See {@link Archive.export}. `indexed` and `compressed` join all files into one. */
  export(options: ExportOptions): ByteStream;
  /** Looks at everything. */
  verify(options?: AsyncOptions): Promise<Report>;
  free(): void;
  [Symbol.dispose](): void;
}

/** The same calls, each of which answers with a promise. */
type Promised<T> = {
  [K in keyof T]: K extends "free" | typeof Symbol.dispose | "batches" | "export"
    ? T[K]
    : T[K] extends (...args: infer A) => infer R
      ? (...args: A) => Promise<Awaited<R>>
      : never;
};

/** An archive in a worker of its own. `free()` ends the worker. */
export type AsyncArchive = Promised<Archive> & AsyncDisposable;
/** A recording in a worker of its own. */
export type AsyncRecording = Promised<Recording> & AsyncDisposable;

/** What `fetch` takes, an answer of it, bytes, or a `WebAssembly.Module`. */
export type InitInput = string | URLLike | ArrayBuffer | ArrayBufferView | object;

/**
 * Loads the WebAssembly module, once; await it before anything else. Without an argument it is read from beside
 * this file, in Node too.
 */
export default function init(input?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<unknown>;
