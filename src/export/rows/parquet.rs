//! Parquet: a table that other tools prune by time and path.
//!
//! ```text
//! time       timestamp(ns, UTC)   delta-packed
//! shard      string               dictionary; where rows have shards
//! path       string               dictionary
//! type       string               dictionary
//! number     double               of numbers, integers too (the nearest); null for what is none
//! integer    int64                of integers that fit; else null
//! text       string               the value of CSV; null where the path was unsubscribed
//! ```
//!
//! Memory holds the compressed pages of one row group: a million rows, or 64 MiB of values. The only file that
//! names the `parquet` crate. Its pages are compressed here, by the encoder that copies have.

use super::row::{Cell, Row, RowWriter};
use crate::{
    export::{Chunk, Encoder, Level},
    format::{Error, ErrorKind, Value},
};
use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    column::{
        page::{CompressedPage, Page, PageWriteSpec, PageWriter},
        writer::{ColumnWriterImpl, get_column_writer, get_typed_column_writer},
    },
    data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        properties::{WriterProperties, WriterPropertiesPtr},
        writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite},
    },
    schema::{
        parser::parse_message_type,
        types::{ColumnPath, SchemaDescPtr, SchemaDescriptor, TypePtr},
    },
};
use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

/// Rows of a page.
const PAGE_ROWS: usize = 20_000;
/// Rows that are given to the columns at a time, at the most, and bytes of texts.
const HELD_ROWS: usize = 4_096;
const HELD_BYTES: usize = 1 << 20;
/// A row group ends after so many rows, or bytes before compression.
const GROUP_ROWS: usize = 1_000_000;
const GROUP_BYTES: usize = 64 << 20;
/// A text column goes over to plain values where its dictionary is larger.
const DICTIONARY_BYTES: usize = 1 << 20;
/// What a row takes beside its text.
const ROW_BYTES: usize = 40;

/// Level 3 makes files no smaller, and costs a fifth of the speed.
const LEVEL: Level = Level::FASTEST;

/// A Parquet file in the making.
pub(super) struct Parquet {
    names_shards: bool,
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
    /// `None` once it failed.
    file: Option<SerializedFileWriter<Vec<u8>>>,
    group: Option<Group>,
    held: Held,
    paths: HashMap<(usize, u32), ByteArray>,
    names: HashMap<String, ByteArray>,
    cell: Cell,
    failure: Option<Error>,
}

/// Rows that the columns do not have yet.
#[derive(Default)]
struct Held {
    time: Vec<i64>,
    shard: Vec<ByteArray>,
    path: Vec<ByteArray>,
    kind: Vec<ByteArray>,
    number: Optional<f64>,
    integer: Optional<i64>,
    text: Optional<ByteArray>,
    bytes: usize,
}

/// Values of a column of which some are null.
struct Optional<T> {
    values: Vec<T>,
    /// 1 for a value, 0 for none.
    levels: Vec<i16>,
}

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Self { values: Vec::new(), levels: Vec::new() }
    }
}

impl<T> Optional<T> {
    fn push(&mut self, value: Option<T>) {
        self.levels.push(value.is_some().into());
        self.values.extend(value);
    }

    fn clear(&mut self) {
        self.values.clear();
        self.levels.clear();
    }
}

impl Parquet {
    pub fn new(names_shards: bool) -> Self {
        let shard = if names_shards { "REQUIRED BYTE_ARRAY shard (STRING);" } else { "" };
        let message = format!(
            "message netidx {{ REQUIRED INT64 time (TIMESTAMP(NANOS,true)); {shard}
             REQUIRED BYTE_ARRAY path (STRING); REQUIRED BYTE_ARRAY type (STRING);
             OPTIONAL DOUBLE number; OPTIONAL INT64 integer; OPTIONAL BYTE_ARRAY text (STRING); }}"
        );
        let schema: TypePtr = Arc::new(parse_message_type(&message).expect("a schema of ours"));
        let mut properties = WriterProperties::builder()
            .set_created_by(format!(
                "{} version {}",
                env!("CARGO_PKG_NAME"),
                env!("CARGO_PKG_VERSION")
            ))
            .set_data_page_row_count_limit(PAGE_ROWS)
            .set_dictionary_page_size_limit(DICTIONARY_BYTES);
        for (column, encoding) in [
            ("time", Encoding::DELTA_BINARY_PACKED),
            ("integer", Encoding::DELTA_BINARY_PACKED),
            ("number", Encoding::PLAIN),
        ] {
            properties = properties
                .set_column_encoding(ColumnPath::from(column), encoding)
                .set_column_dictionary_enabled(ColumnPath::from(column), false);
        }
        let properties = Arc::new(properties.build());
        let mut parquet = Self {
            names_shards,
            schema: Arc::new(SchemaDescriptor::new(Arc::clone(&schema))),
            properties: Arc::clone(&properties),
            file: None,
            group: None,
            held: Held::default(),
            paths: HashMap::new(),
            names: HashMap::new(),
            cell: Cell::default(),
            failure: None,
        };
        match SerializedFileWriter::new(Vec::new(), schema, properties) {
            Ok(file) => parquet.file = Some(file),
            Err(e) => parquet.failure = Some(failed(&e)),
        }
        parquet
    }

    /// Gives the rows that are held to the columns, and ends a row group that is full.
    fn flush(&mut self, out: &mut Vec<u8>, is_end: bool) -> Result<(), ParquetError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        if !self.held.time.is_empty() {
            let group = match &mut self.group {
                Some(group) => group,
                none => none.insert(Group::new(&self.schema, &self.properties, self.names_shards)?),
            };
            group.write(&self.held)?;
            self.held.clear();
        }
        let is_full = |group: &Group| group.rows >= GROUP_ROWS || group.bytes >= GROUP_BYTES;
        if self.group.as_ref().is_some_and(|group| is_end || is_full(group))
            && let Some(group) = self.group.take()
        {
            group.close(file)?;
            file.flush()?;
            out.append(file.inner_mut());
        }
        Ok(())
    }

    fn fail(&mut self, written: Result<(), ParquetError>) {
        if let Err(e) = written {
            self.failure = Some(failed(&e));
            self.file = None;
        }
    }
}

impl RowWriter for Parquet {
    fn row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let Self { held, paths, names, cell, .. } = self;
        cell.read(row);
        let mut named = |name: &str| match names.get(name) {
            Some(name) => name.clone(),
            None => names.entry(name.to_owned()).or_insert(name.into()).clone(),
        };
        held.time.push(row.time.nanos());
        if let Some(shard) = row.shard {
            held.shard.push(named(shard));
        }
        held.kind.push(named(cell.kind));
        let path = || ByteArray::from(&*row.name());
        held.path.push(match row.ordinal {
            Some(ordinal) => paths.entry((row.shard_number, ordinal)).or_insert_with(path).clone(),
            None => path(),
        });
        let value = row.value().ok().flatten();
        held.number.push(value.as_ref().and_then(number));
        held.integer.push(value.as_ref().and_then(integer));
        let text = value.is_some().then(|| ByteArray::from(cell.text.as_str()));
        held.text.push(text);
        held.bytes += ROW_BYTES + cell.text.len();
        let problem = cell.problem.take().map_or(Ok(()), Err);
        if held.time.len() >= HELD_ROWS || held.bytes >= HELD_BYTES {
            let written = self.flush(out, false);
            self.fail(written);
        }
        problem
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        let mut written = self.flush(out, true);
        if let (Ok(()), Some(file)) = (&written, &mut self.file) {
            written = file.finish().map(drop);
            out.append(file.inner_mut());
        }
        self.fail(written);
        true
    }

    fn failure(&mut self) -> Option<Error> {
        self.failure.take()
    }
}

impl Held {
    fn clear(&mut self) {
        self.time.clear();
        [&mut self.shard, &mut self.path, &mut self.kind].into_iter().for_each(Vec::clear);
        self.number.clear();
        self.integer.clear();
        self.text.clear();
        self.bytes = 0;
    }
}

/// The number of what is one.
fn number(value: &Value<'_>) -> Option<f64> {
    Some(match *value {
        Value::F32(n) if n.is_nan() => f64::NAN,
        Value::F64(n) => n,
        Value::U64(n) | Value::V64(n) => n as f64,
        Value::I64(n) | Value::Z64(n) => n as f64,
        // By what is written: 0.1 is no 0.10000000149.
        Value::F32(_) | Value::Decimal(_) => crate::query::number(value)?,
        _ => integer(value)? as f64,
    })
}

/// The integer of what is one, where it fits.
fn integer(value: &Value<'_>) -> Option<i64> {
    match *value {
        Value::U8(n) => Some(n.into()),
        Value::I8(n) => Some(n.into()),
        Value::U16(n) => Some(n.into()),
        Value::I16(n) => Some(n.into()),
        Value::U32(n) | Value::V32(n) => Some(n.into()),
        Value::I32(n) | Value::Z32(n) => Some(n.into()),
        Value::U64(n) | Value::V64(n) => n.try_into().ok(),
        Value::I64(n) | Value::Z64(n) => Some(n),
        _ => None,
    }
}

/// The columns of a row group in the making.
struct Group {
    time: Column<Int64Type>,
    shard: Option<Column<ByteArrayType>>,
    path: Column<ByteArrayType>,
    kind: Column<ByteArrayType>,
    number: Column<DoubleType>,
    integer: Column<Int64Type>,
    text: Column<ByteArrayType>,
    rows: usize,
    bytes: usize,
}

impl Group {
    fn new(
        schema: &SchemaDescPtr,
        properties: &WriterPropertiesPtr,
        names_shards: bool,
    ) -> Result<Self, ParquetError> {
        let mut numbers = 0..;
        let mut next = || numbers.next().unwrap_or_default();
        Ok(Self {
            time: Column::new(schema, next(), properties)?,
            shard: names_shards.then(|| Column::new(schema, next(), properties)).transpose()?,
            path: Column::new(schema, next(), properties)?,
            kind: Column::new(schema, next(), properties)?,
            number: Column::new(schema, next(), properties)?,
            integer: Column::new(schema, next(), properties)?,
            text: Column::new(schema, next(), properties)?,
            rows: 0,
            bytes: 0,
        })
    }

    fn write(&mut self, held: &Held) -> Result<(), ParquetError> {
        self.time.writer.write_batch(&held.time, None, None)?;
        if let Some(shard) = &mut self.shard {
            shard.writer.write_batch(&held.shard, None, None)?;
        }
        self.path.writer.write_batch(&held.path, None, None)?;
        self.kind.writer.write_batch(&held.kind, None, None)?;
        let Held { number, integer, text, .. } = held;
        self.number.writer.write_batch(&number.values, Some(&number.levels), None)?;
        self.integer.writer.write_batch(&integer.values, Some(&integer.levels), None)?;
        self.text.writer.write_batch(&text.values, Some(&text.levels), None)?;
        self.rows += held.time.len();
        self.bytes += held.bytes;
        Ok(())
    }

    fn close(self, file: &mut SerializedFileWriter<Vec<u8>>) -> Result<(), ParquetError> {
        let mut group = file.next_row_group()?;
        let Self { time, shard, path, kind, number, integer, text, .. } = self;
        let mut append = |closed: Result<_, ParquetError>| {
            let (bytes, closed) = closed?;
            group.append_column(&bytes, closed)
        };
        append(time.close())?;
        shard.map_or(Ok(()), |shard| append(shard.close()))?;
        append(path.close())?;
        append(kind.close())?;
        append(number.close())?;
        append(integer.close())?;
        append(text.close())?;
        group.close()?;
        Ok(())
    }
}

type Sink = Arc<Mutex<TrackedWrite<Vec<u8>>>>;

/// A column of a row group in the making.
struct Column<T: DataType> {
    writer: ColumnWriterImpl<'static, T>,
    sink: Sink,
}

impl<T: DataType> Column<T> {
    fn new(
        schema: &SchemaDescPtr,
        number: usize,
        properties: &WriterPropertiesPtr,
    ) -> Result<Self, ParquetError> {
        let sink: Sink = Arc::new(Mutex::new(TrackedWrite::new(Vec::new())));
        let encoder = Encoder::new(&[], LEVEL).map_err(general)?;
        let pages = Box::new(Pages { sink: Arc::clone(&sink), encoder });
        let writer = get_column_writer(schema.column(number), Arc::clone(properties), pages);
        Ok(Self { writer: get_typed_column_writer(writer), sink })
    }

    fn close(self) -> Result<(Bytes, parquet::column::writer::ColumnCloseResult), ParquetError> {
        let mut closed = self.writer.close()?;
        let zstd = Compression::ZSTD(ZstdLevel::default());
        closed.metadata = closed.metadata.into_builder().set_compression(zstd).build()?;
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        sink.flush()?;
        Ok((std::mem::take(sink.inner_mut()).into(), closed))
    }
}

/// Compresses pages.
struct Pages {
    sink: Sink,
    encoder: Encoder,
}

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec, ParquetError> {
        let uncompressed_size = page.uncompressed_size();
        let bytes = page.data().to_vec();
        let lengths = vec![u32::try_from(bytes.len()).map_err(general)?];
        let frames = self.encoder.encode(&Chunk { bytes, lengths }).map_err(general)?;
        let mut page = page.compressed_page().clone();
        match &mut page {
            Page::DataPage { buf, .. }
            | Page::DataPageV2 { buf, .. }
            | Page::DictionaryPage { buf, .. } => *buf = frames.bytes.into(),
        }
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let page = CompressedPage::new(page, uncompressed_size);
        SerializedPageWriter::new(&mut sink).write_page(page)
    }

    fn close(&mut self) -> Result<(), ParquetError> {
        Ok(())
    }
}

fn general(error: impl std::fmt::Display) -> ParquetError {
    ParquetError::General(error.to_string())
}

fn failed(error: &ParquetError) -> Error {
    Error::without_offset(ErrorKind::Limit, format!("the Parquet file cannot be written: {error}"))
}
