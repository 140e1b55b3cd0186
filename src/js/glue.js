// Objects by the thousand: made here from columns, in one call for all of them, because each call from wasm and
// each text that crosses over costs more than an object does.

/** The names of the types by their codes; in the order of `format::Kind`. */
const TYPES = ["u8", "i8", "u16", "i16", "u32", "v32", "i32", "z32", "u64", "v64", "i64", "z64", "f32", "f64",
  "bool", "null", "abstract", "duration", "datetime", "decimal", "map", "array", "error", "bytes", "string"];
TYPES[254] = "unsubscribed";
TYPES[255] = "unreadable";

/** What a value is made of; `rows::ValueCode`. */
const UNDEFINED = 0, NUMBER = 1, BOOL = 2, NULL = 3, TEXT = 4;
const NO_PATH = 0xffffffff;
/** Length of a time as text. */
const TIME = 30;

/**
 * Items of the columns of `rows::Rows`. `table` has `ids`, `paths` and `shards` by place. The shape of all items
 * of a call is the same, so that the engine sees one class.
 */
export function items(table, places, types, codes, numbers, specials, loose, text, ends, times, withShard) {
  const { ids, paths, shards } = table;
  const all = new Array(places.length);
  let start = 0, special = 0, unnamed = 0;
  for (let row = 0; row < all.length; row += 1) {
    const end = ends[row];
    const said = text.slice(start, end);
    start = end;
    let value;
    switch (codes[row]) {
      case UNDEFINED: break;
      case NUMBER: value = numbers[row]; break;
      case BOOL: value = numbers[row] === 1; break;
      case NULL: value = null; break;
      case TEXT: value = said.slice(1, -1); break;
      default: value = specials[special++];
    }
    const place = places[row];
    const isNamed = place !== NO_PATH;
    let id, path, shard;
    if (isNamed) {
      id = ids[place];
      path = paths[place];
      shard = shards?.[place];
    } else {
      id = loose[unnamed++];
    }
    const type = TYPES[types[row]];
    if (times === undefined) {
      all[row] = { id, path, type, value, text: said };
    } else {
      const time = times.slice(row * TIME, row * TIME + TIME);
      all[row] = withShard
        ? { id, path, shard: isNamed ? shard : table.names[Math.floor(id / 4294967296)], time, type, value, text: said }
        : { id, path, time, type, value, text: said };
    }
  }
  return all;
}

/** Batches of items; `counts` tells how many each has, `files` its shard and file, if it names them. */
export function batches(items, counts, times, files) {
  let start = 0;
  return Array.from(counts, (count, nth) => {
    const own = items.slice(start, (start += count));
    const time = times.slice(nth * TIME, nth * TIME + TIME);
    if (files === undefined) return { time, items: own };
    return { time, shard: files[2 * nth], file: files[2 * nth + 1], items: own };
  });
}

export const hit = (path, shard, from, to, updates, type, value, text) =>
  shard === undefined
    ? { path, from, to, updates, type, value, text }
    : { path, shard, from, to, updates, type, value, text };

export const difference = (path, shard, change, before, after, delta) =>
  shard === undefined ? { path, change, before, after, delta } : { path, shard, change, before, after, delta };

export const state = (time, type, value, text) => ({ time, type, value, text });

export const statistics = (path, shard, updates, first, last, minimum, maximum, mean) =>
  shard === undefined
    ? { path, updates, first, last, minimum, maximum, mean }
    : { path, shard, updates, first, last, minimum, maximum, mean };

/** The texts that a text is cut into. */
export function texts(text, ends, into) {
  let start = 0;
  for (const end of ends) {
    into.push(text.slice(start, end));
    start = end;
  }
}

/** One typed array of many. */
export function joined(parts, type) {
  const whole = new type(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
