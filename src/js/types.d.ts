/**
 * A point in time: RFC 3339 text, or nanoseconds since 1970; of one outside 1677 to 2262 the nearest inside,
 * behind which there are no batches. Answers always hold text, with nanoseconds.
 */
export type Time = string | bigint;

/** A bound of a range of time. A plain time is included. */
export type TimeBound = Time | { included: Time } | { excluded: Time };

/** Thrown by every call that fails; its `name` is `"ArchiveError"`. */
export interface ArchiveError extends Error {
  /** What kind of failure, in kebab-case: `not-an-archive`, `truncated`, `filter`, … */
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

export interface Item {
  id: number;
  /** `undefined` for an id that no path mapping names. */
  path: string | undefined;
  /** netidx's name of the type; `unsubscribed`; `unreadable` where the bytes are no value. */
  type: string;
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
  /** Goes into `after` for the batches behind these; `undefined` at the end. */
  next: string | undefined;
}

export interface Cursor {
  start?: TimeBound;
  end?: TimeBound;
  position?: Time;
}

export interface OpenOptions {
  /**
   * The `pathindex` of the recorder's shard: it names the paths of a data file, which has only ids. Where the
   * file names an id itself, its own path counts, and `info().problems` tells where they differ.
   */
  pathIndex?: ArrayBuffer | Uint8Array | Blob;
}

export interface Archive {
  info(): Info;
  paths(): { id: number; path: string }[];
  /** The last event of every path at `at`. Without `at`, before the first batch: nothing. */
  image(options?: { at?: Time; filter?: string[] }): ImageItem[];
  /**
   * The delta batches behind `after`, between the bounds. At most 16 MiB of records in one answer.
   * Of a damaged batch comes what can be read; `info().problems` then says what could not.
   */
  deltas(options?: {
    after?: Time;
    start?: TimeBound;
    end?: TimeBound;
    filter?: string[];
    limit?: number;
  }): Deltas;
  seek(cursor: Cursor, expression: string): Cursor;
  /** The file after it grew, and its path index after that grew. */
  rescan(bytes: ArrayBuffer | Uint8Array | Blob, options?: OpenOptions): Info;
  /**
   * An indexed copy that is not compressed: every batch that can be read, in the order of time and, at
   * one time, of the file. `info().problems` then names those that cannot be read.
   */
  buildIndex(): Uint8Array;
  /**
   * A compressed copy, each batch a zstd frame of its own with one dictionary that is learnt from all of
   * them. Loads the part of the package that compresses when it is called first. An archive that is
   * compressed already is refused, with the kind `already-compressed`.
   */
  compress(options?: {
    /** 1 (quick) to 19 (small), 19 unless it is said. */
    level?: number;
    /**
     * The most bytes of the dictionary, which has a tenth of the file at the most; `false` or 0 for none.
     * As large as is worth it unless it is said.
     */
    dictionary?: number | false;
  }): Promise<Uint8Array>;
}

export namespace Archive {
  /**
   * Opens an archive. Up to 64 MiB of bytes are copied. More of them are read where they are, as a
   * `Blob` or `File` is (in a worker only): leave them unchanged until `free()`.
   */
  function open(bytes: ArrayBuffer | Uint8Array | Blob, options?: OpenOptions): Archive;
}
