"""Opens an output folder as its users would, with the reader named, and prints what it saw as JSON.

    python readers.py pyarrow|duckdb|polars|spark FOLDER

{"rows": n, "ids": sha256 of the sorted ids, "tokens": sum of token_count, "url": distinct urls, "types": {column: type}}
Exit code 77: the reader is not installed here.
"""

import hashlib
import json
import sys

reader, folder = sys.argv[1], sys.argv[2]


def report(ids, tokens, urls, types):
    digest = hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()
    print(json.dumps({"rows": len(ids), "ids": digest, "tokens": int(sum(tokens)), "urls": len(set(urls)), "types": types}))


def skip(error):
    print(f"{reader} cannot be used: {error!r}", file=sys.stderr)
    sys.exit(77)


if reader == "pyarrow":
    try:
        import pyarrow.dataset as dataset
    except ImportError as error:
        skip(error)
    table = dataset.dataset(folder, format="parquet").to_table()
    types = {field.name: str(field.type) for field in table.schema}
    report(table["id"].to_pylist(), table["token_count"].to_pylist(), table["url"].to_pylist(), types)
elif reader == "duckdb":
    try:
        import duckdb
    except ImportError as error:
        skip(error)
    rows = duckdb.sql(f"select id, token_count, url from '{folder}/*.parquet'").fetchall()
    types = {name: kind for name, kind, *_ in duckdb.sql(f"describe select * from '{folder}/*.parquet'").fetchall()}
    report([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], types)
elif reader == "polars":
    try:
        import polars
    except ImportError as error:
        skip(error)
    frame = polars.read_parquet(f"{folder}/*.parquet")
    types = {name: str(kind) for name, kind in frame.schema.items()}
    report(frame["id"].to_list(), frame["token_count"].to_list(), frame["url"].to_list(), types)
elif reader == "spark":
    try:
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    except Exception as error:  # no pyspark, or no Java to run it on
        skip(error)
    frame = spark.read.parquet(folder)
    rows = frame.select("id", "token_count", "url").collect()
    report([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], dict(frame.dtypes))
