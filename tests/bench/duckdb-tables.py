# Makes a report's big tables of the flow log text in argv[1] with DuckDB on two threads, and prints their totals.
import json
import sys

import duckdb

KEYS = [
    "client",
    "service",
    "client, service, peer, port, protocol",
    "peer, service, port, protocol",
    "port, protocol",
]
duckdb.sql("SET threads = 2")
# The server's port is the lower one; the client is at the other end.
duckdb.sql(f"""
CREATE TEMP TABLE flows AS SELECT
  CASE WHEN srcport >= dstport THEN source ELSE destination END AS client,
  CASE WHEN srcport >= dstport THEN destination ELSE source END AS peer,
  CASE WHEN srcport >= dstport THEN to_service ELSE from_service END AS service,
  least(srcport, dstport) AS port, protocol, bytes
FROM (
  SELECT "pkt-srcaddr" AS source, "pkt-dstaddr" AS destination, "pkt-src-aws-service" AS from_service,
    "pkt-dst-aws-service" AS to_service, srcport, dstport, protocol, bytes
  FROM read_csv('{sys.argv[1]}', delim = ' ', header = true, nullstr = '-', quote = '', escape = '')
  WHERE "log-status" = 'OK'
)""")
for keys in KEYS:
    duckdb.sql(f"SELECT {keys}, sum(bytes) AS b, count(*) FROM flows GROUP BY {keys} ORDER BY b DESC LIMIT 10").fetchall()
[(flows, total)] = duckdb.sql("SELECT count(*), sum(bytes) FROM flows").fetchall()
print(json.dumps({"flows": flows, "bytes": int(total)}))
