# Writes the flow log text in argv[1] to Parquet files in the folder argv[2], with pyarrow and duckdb.
import sys

import duckdb
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

INT_32 = "version srcport dstport protocol tcp-flags traffic-path".split()
INT_64 = "packets bytes start end".split()
text, folder = sys.argv[1:]
with open(text) as lines:
    names = lines.readline().split()
types = {name: pa.int32() if name in INT_32 else pa.int64() if name in INT_64 else pa.string() for name in names}
options = csv.ConvertOptions(column_types=types, null_values=["-"], strings_can_be_null=True)
rows = csv.read_csv(text, parse_options=csv.ParseOptions(delimiter=" "), convert_options=options)
rows = rows.rename_columns([name.replace("-", "_") for name in names])
half = rows.num_rows // 2 + 1
pq.write_table(rows, f"{folder}/pyarrow-snappy.parquet", compression="snappy")
pq.write_table(rows, f"{folder}/pyarrow-gzip-2-groups.parquet", compression="gzip", row_group_size=half)
pq.write_table(rows, f"{folder}/pyarrow-gzip-plain.parquet", compression="gzip", use_dictionary=False)
pq.write_table(rows, f"{folder}/pyarrow-zstd-plain-v2.parquet", compression="zstd", use_dictionary=False, data_page_version="2.0")
for codec in ["snappy", "gzip", "zstd"]:
    duckdb.sql(f"COPY rows TO '{folder}/duckdb-{codec}.parquet' (FORMAT parquet, CODEC {codec})")
