"""What pyarrow and DuckDB make of the sink's files. `make IN` writes seeds; `check IN OUT` compares; prints JSON."""
import datetime as dt
import decimal
import json
import sys

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

D = decimal.Decimal


def seeds() -> pa.Table:
    instants = [0, -1, None, 1_700_000_000]
    return pa.table({
        "ts_s": pa.array(instants, pa.timestamp("s")),
        "ts_ms": pa.array(instants, pa.timestamp("ms")),
        "ts_us_utc": pa.array(instants, pa.timestamp("us", "UTC")),
        "ts_ns": pa.array([0, -1, None, 1_700_000_000_123_456_789], pa.timestamp("ns")),
        "ts_s_tz": pa.array(instants, pa.timestamp("s", "Europe/Paris")),
        "date32": pa.array([0, -1, None, 20_000], pa.date32()),
        "date64": pa.array([0, -86_400_000, None, 86_400_000], pa.date64()),
        "time_s": pa.array([0, 1, None, 86_399], pa.time32("s")),
        "time_us": pa.array([0, 1, None, 86_399_999_999], pa.time64("us")),
        "duration": pa.array([0, -1, None, 5], pa.duration("us")),
        "dec128": pa.array([D("0.01"), D("-999999999999999999.99"), None, D("5.00")], pa.decimal128(20, 2)),
        "dec256": pa.array([D("0.1"), D("-" + "9" * 50 + ".9"), None, D("5.0")], pa.decimal256(60, 1)),
        "uint64": pa.array([0, 2**64 - 1, None, 7], pa.uint64()),
        "int64": pa.array([-(2**63), 2**63 - 1, None, 7], pa.int64()),
        "int8": pa.array([-128, 127, None, 7], pa.int8()),
        "half": pa.array([0.5, -2.0, None, 1.0], pa.float16()),
        "single": pa.array([0.1, float("inf"), None, -0.0], pa.float32()),
        "flag": pa.array([True, False, None, True]),
        "blob": pa.array([b"", b"\x00\xff", None, b"abc"], pa.binary()),
        "fixed": pa.array([b"abc", b"\x00\x01\x02", None, b"xyz"], pa.binary(3)),
        "large": pa.array(["", "grüße", None, "x" * 5000], pa.large_string()),
        "view": pa.array(["short", "a string of more than twelve bytes", None, ""], pa.string_view()),
        "coded": pa.array(["a", "b", None, "a"]).dictionary_encode(),
        "list": pa.array([["a", None], [], None, ["水"]], pa.list_(pa.string())),
        "list_of_struct": pa.array([[{"x": 1, "y": "a"}, None], [], None, [{"x": None, "y": None}]],
                                   pa.list_(pa.struct([("x", pa.int32()), ("y", pa.string())]))),
        "large_list": pa.array([[1.5], [], None, [None]], pa.large_list(pa.float64())),
        "vector": pa.array([[1, 2], [3, 4], None, [5, 6]], pa.list_(pa.float32(), 2)),
        "struct": pa.array([{"at": 1, "tags": ["a"]}, {"at": None, "tags": None}, None, {"at": 3, "tags": []}],
                           pa.struct([("at", pa.timestamp("s")), ("tags", pa.list_(pa.string()))])),
        "map": pa.array([[("k", 1), ("l", None)], [], None, [("m", 3)]], pa.map_(pa.string(), pa.int64())),
        "map_of_lists": pa.array([[("k", [1])], [], None, [("m", None)]], pa.map_(pa.string(), pa.list_(pa.int32()))),
        "nothing": pa.nulls(4),
    })


# What Parquet has no type for is stored as pyarrow itself stores it; encodings of a type become the plain one.
STORED = {
    "ts_s": pa.timestamp("ms"), "ts_s_tz": pa.timestamp("ms", "Europe/Paris"), "date64": pa.date32(),
    "time_s": pa.time32("ms"), "large": pa.string(), "view": pa.string(), "coded": pa.string(),
    "large_list": pa.list_(pa.float64()),
    "struct": pa.struct([("at", pa.timestamp("ms")), ("tags", pa.list_(pa.string()))]),
}


def check(source: pa.Table, folder: str) -> dict:
    rows = source.num_rows
    out = ds.dataset(folder, format="parquet").to_table()
    problems = []
    for name in source.column_names:
        want = source[name].combine_chunks()
        if isinstance(want, pa.ChunkedArray):
            want = pa.concat_arrays(want.chunks)
        if name in STORED:
            want = want.cast(STORED[name])
        # Rows come in input order, then once in reverse, then one row without a seed table.
        want = pa.concat_arrays([want, want.take(pa.array(range(rows - 1, -1, -1))), pa.nulls(1, want.type)])
        got = pa.concat_arrays(out[name].chunks)
        if got.type != want.type:
            problems.append(f"{name}: type {got.type}, not {want.type}")
        elif got.to_pylist() != want.to_pylist() if name == "half" else not got.equals(want):
            problems.append(f"{name}: {got.to_pylist()}, not {want.to_pylist()}")
    part = sorted(p for p in ds.dataset(folder, format="parquet").files)[0]
    outputs, rejects = f"'{folder}/*.parquet'", f"'{folder}/_rejected/*.parquet'"
    duck = duckdb.sql(f"describe select * from {outputs}").fetchall()
    counted = duckdb.sql(f"""
        select count(*), count(distinct id), min(epoch_us(created_at)), sum(length(text)), count(ts_s),
               sum(epoch_ms(ts_s)), max(list_max(map_values(map)))
        from {outputs}""").fetchall()[0]
    rejected = duckdb.sql(f"select id, stage, status, reason, detail, text from {rejects}").fetchall()
    metadata = pq.ParquetFile(part).metadata
    return {
        "problems": problems,
        "rows": out.num_rows,
        "own": [f"{f.name} {f.type}{'' if f.nullable else ' not null'}" for f in out.schema][:20],
        "text": out["text"].to_pylist()[:3],
        "duck": {row[0]: row[1] for row in duck},
        "counted": counted,
        "rejected": rejected,
        "created_by": metadata.created_by,
        "codecs": sorted({metadata.row_group(0).column(c).compression for c in range(metadata.num_columns)}),
    }


if __name__ == "__main__":
    command, path = sys.argv[1:3]
    if command == "make":
        with pa.ipc.new_stream(path, seeds().schema) as writer:
            writer.write_table(seeds())
    else:
        with pa.ipc.open_stream(path) as reader:
            print(json.dumps(check(reader.read_all(), sys.argv[3]), default=str))
