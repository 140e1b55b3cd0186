/**
 * A point in time: RFC 3339 text, a `Date`, a number of milliseconds since 1970, or a `bigint` of nanoseconds
 * since 1970. Times outside 1677 to 2262 are clamped to that range. Answers hold text, with nanoseconds.
 */
export type Time = string | bigint | number | Date;

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
  /** Goes into `after` for the batches after these; `undefined` at the end. */
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
  /** The last event of every path at `at`; without it the last state. */
  image(options?: { at?: Time; filter?: string[] }): ImageItem[];
  /**
   * The delta batches after `after`, between the bounds, in the order of the file. At most 16 MiB of records in one answer.
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
   * An indexed copy that is not compressed: every batch that can be read, in the order of the file.
   * `info().problems` then names those that cannot be read.
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

/** A file of a recording. */
export interface RecordingFile {
  /** `shard/name`, or `name` where there are no shards. */
  name: string;
  /** Its bytes; in a worker also a `Blob` or a `File`. Read in pieces: leave it unchanged until `free()`. */
  source: ArrayBuffer | Uint8Array | Blob;
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
export interface Recording {
  info(): RecordingInfo;
  /** `id` is the recording's own number of the path, for as long as it is open. */
  paths(): { id: number; path: string; shard: string }[];
  /** The last event of every path at `at`; without it the last state. In path order. */
  image(options?: { at?: Time; filter?: string[] }): (ImageItem & { shard: string })[];
  /** The delta batches after `after`: those of a shard in the order of its files, the shards by time. */
  deltas(options?: {
    after?: Time;
    start?: TimeBound;
    end?: TimeBound;
    filter?: string[];
    limit?: number;
  }): { batches: RecordingBatch[]; bytes: number; next: string | undefined };
  seek(cursor: Cursor, expression: string): Cursor;
}

export namespace Recording {
  function open(files: RecordingFile[], options?: Record<string, never>): Recording;
}
