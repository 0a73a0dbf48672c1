import type { DataRecord, Header, Packet, Value } from './decode/packet.ts';
import { streamId } from './decode/packet.ts';
import { Decoder } from './decode.ts';
import { RecentMap } from './recent-map.ts';
import { type Gap, SequenceTracker } from './sequence.ts';
