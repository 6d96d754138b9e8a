"""What pyarrow and DuckDB make of a layout: `FOLDER`; prints JSON."""
import json
import sys

import duckdb
import pyarrow.dataset as ds

folder = sys.argv[1]
table = ds.dataset(folder, format="parquet", partitioning="hive").to_table()
duck = duckdb.sql(f"select * from read_parquet('{folder}/**/part-*.parquet', hive_partitioning = true)")
print(json.dumps({
    "schema": [f"{field.name} {field.type}" for field in table.schema],
    "rows": table.to_pylist(),
    "duck": dict(zip(duck.columns, map(str, duck.types))),
    "duck_rows": duck.aggregate("count(*)").fetchall()[0][0],
}, default=str))
