"""Prints what the package netflow makes of each flow, as JSON. Datagrams are lines of hexadecimal digits."""
import ipaddress
import json
import sys

import netflow

templates = {"netflow": {}, "ipfix": {}}
for line in sys.stdin:
    packet = netflow.parse_packet(bytes.fromhex(line.strip()), templates)
    header = packet.header
    boot = 0 if header.version == 10 else header.timestamp * 1000 - header.uptime
    for flow in packet.flows:
        addresses = {
            name: str(ipaddress.IPv6Address(value))
            for name, value in flow.data.items()
            if name.endswith("IPv6Address")
        }
        print(json.dumps({**flow.data, **addresses, "boot": boot}, default=str))
