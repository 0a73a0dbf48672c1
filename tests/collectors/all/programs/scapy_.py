"""Prints what scapy makes of each flow, as JSON. Datagrams are lines of hexadecimal digits."""
import json
import sys

from scapy.layers.inet import IP, UDP
from scapy.layers.netflow import NetflowDataflowsetV9, NetflowHeader, NetflowRecordV5
from scapy.layers.netflow import netflowv9_defragment


def number(value):
    """Scapy leaves some numbers as octets."""
    return int.from_bytes(value, "big") if isinstance(value, bytes) else value


datagrams = [NetflowHeader(bytes.fromhex(line.strip())) for line in sys.stdin]
packets = [IP(src="127.0.0.1", dst="127.0.0.1") / UDP(sport=1, dport=2055) / each for each in datagrams]
for packet in netflowv9_defragment(packets):
    header = packet[NetflowHeader].payload
    seconds = getattr(header, "unixSecs", None) or getattr(header, "unixSecond", None) or 0
    boot = int(seconds * 1000 - getattr(header, "sysUptime", 0)) if packet[NetflowHeader].version != 10 else 0
    part = header.payload
    while part:
        records = [part] if isinstance(part, NetflowRecordV5) else []
        if isinstance(part, NetflowDataflowsetV9):
            records = part.records
        for record in records:
            fields = {field.name: number(record.getfieldval(field.name)) for field in record.fields_desc}
            print(json.dumps({**fields, "boot": boot}, default=str))
        part = part.payload
