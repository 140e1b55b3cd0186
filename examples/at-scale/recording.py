"""A recording as one Parquet dataset, and questions to it: with Spark on many machines, with DuckDB on one.

    python recording.py export  RECORDING DATASET [--nav nav] [--master local[2]]
    python recording.py state   DATASET --at 2026-03-01T09:30:00Z [--engine duckdb]
    python recording.py history DATASET --path /plant/pump1/pressure [--start T] [--end T] [--engine duckdb]
    python recording.py hours   DATASET --path /plant/pump1/pressure --above 40 [--engine duckdb]

`export` spreads the files of the recording over the executors. Each runs `nav export` for a file, and moves what
that made to DATASET/shard=0/day=2026-03-01/<order>-<file>.parquet. Run again, it exports only files that are new or
changed, and removes what came from files that are gone (`current` gets a name when it is rotated). Every executor
must see RECORDING and DATASET, and have `nav`.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import urllib.parse
import uuid


def files_of(recording, nav):
    """The files of a recording, as nav sees them: copies and whatever is no part of it are left out."""
    info = subprocess.run([nav, "info", recording, "--json"], stdout=subprocess.PIPE, check=False)
    if info.returncode == 2:
        sys.exit(f"{recording} cannot be read")
    for shard in json.loads(info.stdout)["shards"]:
        for order, file in enumerate(shard["files"]):
            path = os.path.join(recording, shard["shard"], file["name"])
            stat = os.stat(path)
            # A recorder writes through memory: what the header commits tells more than the time of the file.
            with open(path, "rb") as opened:
                head = opened.read(26).hex()
            state = [stat.st_ino, stat.st_size, stat.st_mtime_ns, head]
            yield {"shard": shard["shard"], "name": file["name"], "path": path, "order": order, "state": state}


def part_name(file):
    """The order of the files is that of their parts, by name; `current` comes last."""
    order = "1" if file["name"] == "current" else "0"
    return f"{order}-{urllib.parse.quote(file['name'], safe='')}.parquet"


def manifest_path(dataset, file):
    name = hashlib.sha256(f"{file['shard']}/{file['name']}".encode()).hexdigest()[:32]
    # What begins with an underscore is no part of a dataset.
    return os.path.join(dataset, "_exported", f"{name}.json")


def export_file(file, dataset, nav):
    """Exports one file. Its parts appear whole; those that an earlier run made are replaced."""
    work = os.path.join(dataset, "_work", uuid.uuid4().hex)
    command = [nav, "export", file["path"], "--format", "parquet", "--partition", "day", "--out", work, "--threads", "1"]
    ran = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    if ran.returncode == 2:
        raise RuntimeError(f"{file['path']}: {ran.stderr.decode()}")
    parts = []
    for folder, _, names in os.walk(work):
        for name in names:
            target = os.path.join(os.path.relpath(folder, work), part_name(file))
            os.makedirs(os.path.join(dataset, os.path.dirname(target)), exist_ok=True)
            os.replace(os.path.join(folder, name), os.path.join(dataset, target))
            parts.append(target)
    shutil.rmtree(work, ignore_errors=True)
    forget(dataset, file, keep=parts)
    path = manifest_path(dataset, file)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w") as written:
        json.dump({**file, "parts": parts}, written)
    os.replace(path + ".new", path)
    return len(parts)


def forget(dataset, file, keep=()):
    """Removes the parts that an earlier run made of a file."""
    path = manifest_path(dataset, file)
    if os.path.exists(path):
        with open(path) as opened:
            before = json.load(opened)["parts"]
        for part in set(before) - set(keep):
            if os.path.exists(os.path.join(dataset, part)):
                os.remove(os.path.join(dataset, part))
        os.remove(path)


def export(arguments):
    dataset = arguments.dataset
    exported = {}
    folder = os.path.join(dataset, "_exported")
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if name.endswith(".json"):
            with open(os.path.join(folder, name)) as opened:
                file = json.load(opened)
            exported[file["shard"], file["name"]] = file
    files = list(files_of(arguments.recording, arguments.nav))
    present = {(file["shard"], file["name"]) for file in files}
    for key, file in exported.items():
        if key not in present:
            forget(dataset, file)
    due = [file for file in files if exported.get((file["shard"], file["name"]), {}).get("state") != file["state"]]
    print(f"{len(due)} of {len(files)} files are new or changed", file=sys.stderr)
    if due:
        nav = arguments.nav
        context = spark(arguments).sparkContext
        parts = context.parallelize(due, len(due)).map(lambda file: export_file(file, dataset, nav)).sum()
        print(f"{parts} parts were written", file=sys.stderr)


def spark(arguments):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(arguments.master).appName("recording")
    # Times have nanoseconds, which Spark's own have not: they are whole numbers here.
    builder = builder.config("spark.sql.legacy.parquet.nanosAsLong", "true")
    builder = builder.config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


# Both engines get the same statements. `place` is the order of updates of one time: file, then row.
STATE = """
SELECT shard, path, type, text, time FROM (
  SELECT *, row_number() OVER (PARTITION BY shard, path ORDER BY time DESC, file DESC, place DESC) AS age
  FROM updates WHERE time <= {at} AND day <= '{day}'
) AS latest WHERE age = 1 ORDER BY path, shard
"""
HISTORY = """
SELECT time, shard, type, text FROM updates
WHERE path = '{path}' AND time BETWEEN {start} AND {end} ORDER BY time, shard, file, place
"""
HOURS = """
SELECT shard, sum(until - time) / 3.6e12 AS hours FROM (
  SELECT shard, time, number,
         lead(time, 1, time) OVER (PARTITION BY shard, path ORDER BY time, file, place) AS until
  FROM updates WHERE path = '{path}'
) AS stretches WHERE number > {above} GROUP BY shard ORDER BY shard
"""


def ask(arguments, statement):
    if arguments.engine == "duckdb":
        import duckdb

        database = duckdb.connect()
        database.execute(f"""
            CREATE VIEW updates AS
            SELECT * REPLACE (epoch_ns(time) AS time, shard::VARCHAR AS shard),
                   filename AS file, file_row_number AS place
            FROM read_parquet('{arguments.dataset}/shard=*/day=*/*.parquet', hive_partitioning = true,
                              hive_types = {{'shard': VARCHAR, 'day': VARCHAR}}, filename = true, file_row_number = true)
        """)
        rows = database.execute(statement).fetchall()
    else:
        session = spark(arguments)
        session.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        updates = session.read.parquet(arguments.dataset)
        updates = updates.selectExpr("*", "_metadata.file_path AS file", "_metadata.row_index AS place")
        updates.createOrReplaceTempView("updates")
        rows = [tuple(row) for row in session.sql(statement).collect()]
    for row in rows:
        print("\t".join("" if cell is None else str(cell) for cell in row))


def nanos(text):
    """Nanoseconds since 1970 of an RFC 3339 time in UTC, with up to nine digits."""
    from datetime import datetime, timezone

    seconds, _, fraction = text.removesuffix("Z").partition(".")
    whole = int(datetime.fromisoformat(seconds).replace(tzinfo=timezone.utc).timestamp())
    return whole * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, *positional, **options):
        added = commands.add_parser(name)
        for argument in positional:
            added.add_argument(argument)
        for option, settings in options.items():
            added.add_argument(f"--{option}", **settings)
        added.add_argument("--master", default="local[*]")
        added.add_argument("--engine", choices=["spark", "duckdb"], default="spark")

    command("export", "recording", "dataset", nav={"default": "nav"})
    command("state", "dataset", at={"required": True})
    command("history", "dataset", path={"required": True}, start={}, end={})
    command("hours", "dataset", path={"required": True}, above={"required": True, "type": float})
    arguments = parser.parse_args()
    quoted = getattr(arguments, "path", "").replace("'", "''")
    if arguments.command == "export":
        export(arguments)
    elif arguments.command == "state":
        ask(arguments, STATE.format(at=nanos(arguments.at), day=arguments.at[:10]))
    elif arguments.command == "history":
        start = nanos(arguments.start) if arguments.start else -(2**63)
        end = nanos(arguments.end) if arguments.end else 2**63 - 1
        ask(arguments, HISTORY.format(path=quoted, start=start, end=end))
    else:
        ask(arguments, HOURS.format(path=quoted, above=arguments.above))


if __name__ == "__main__":
    main()
