/** The data type of an element; the last two are the NTP times of RFC 7011 sections 6.1.9 and 6.1.10. */
export type ElementType =
  | 'unsigned'
  | 'float'
  | 'ipv4'
  | 'ipv6'
  | 'mac'
  | 'string'
  | 'ntpMicroseconds'
  | 'ntpNanoseconds';

/** An element's name in the IANA registry and its data type. */
export interface Element {
  readonly name: string;
  readonly type: ElementType;
}

const NAMES: Record<ElementType, Record<number, string>> = {
  unsigned: {
    1: 'octetDeltaCount',
    2: 'packetDeltaCount',
    3: 'deltaFlowCount',
    4: 'protocolIdentifier',
    5: 'ipClassOfService',
    6: 'tcpControlBits',
    7: 'sourceTransportPort',
    9: 'sourceIPv4PrefixLength',
    10: 'ingressInterface',
    11: 'destinationTransportPort',
    13: 'destinationIPv4PrefixLength',
    14: 'egressInterface',
    16: 'bgpSourceAsNumber',
    17: 'bgpDestinationAsNumber',
    21: 'flowEndSysUpTime',
    22: 'flowStartSysUpTime',
    29: 'sourceIPv6PrefixLength',
    30: 'destinationIPv6PrefixLength',
    32: 'icmpTypeCodeIPv4',
    34: 'samplingInterval',
    35: 'samplingAlgorithm',
    36: 'flowActiveTimeout',
    37: 'flowIdleTimeout',
    38: 'engineType',
    39: 'engineId',
    40: 'exportedOctetTotalCount',
    41: 'exportedMessageTotalCount',
    42: 'exportedFlowRecordTotalCount',
    48: 'samplerId',
    49: 'samplerMode',
    50: 'samplerRandomInterval',
    58: 'vlanId',
    59: 'postVlanId',
    60: 'ipVersion',
    61: 'flowDirection',
    85: 'octetTotalCount',
    86: 'packetTotalCount',
    89: 'forwardingStatus',
    136: 'flowEndReason',
    138: 'observationPointId',
    139: 'icmpTypeCodeIPv6',
    143: 'meteringProcessId',
    144: 'exportingProcessId',
    145: 'templateId',
    148: 'flowId',
    149: 'observationDomainId',
    150: 'flowStartSeconds',
    151: 'flowEndSeconds',
    152: 'flowStartMilliseconds',
    153: 'flowEndMilliseconds',
    158: 'flowStartDeltaMicroseconds',
    159: 'flowEndDeltaMicroseconds',
    160: 'systemInitTimeMilliseconds',
    161: 'flowDurationMilliseconds',
    162: 'flowDurationMicroseconds',
    176: 'icmpTypeIPv4',
    177: 'icmpCodeIPv4',
    178: 'icmpTypeIPv6',
    179: 'icmpCodeIPv6',
    201: 'mplsLabelStackLength',
    227: 'postNAPTSourceTransportPort',
    228: 'postNAPTDestinationTransportPort',
    229: 'natOriginatingAddressRealm',
    230: 'natEvent',
    231: 'initiatorOctets',
    232: 'responderOctets',
    233: 'firewallEvent',
    234: 'ingressVRFID',
    235: 'egressVRFID',
    239: 'biflowDirection',
    243: 'dot1qVlanId',
    301: 'selectionSequenceId',
    302: 'selectorId',
    303: 'informationElementId',
    304: 'selectorAlgorithm',
    305: 'samplingPacketInterval',
    306: 'samplingPacketSpace',
    307: 'samplingTimeInterval',
    308: 'samplingTimeSpace',
    309: 'samplingSize',
    310: 'samplingPopulation',
    322: 'observationTimeSeconds',
    323: 'observationTimeMilliseconds',
    339: 'informationElementDataType',
    342: 'informationElementRangeBegin',
    343: 'informationElementRangeEnd',
    344: 'informationElementSemantics',
    345: 'informationElementUnits',
    346: 'privateEnterpriseNumber',
  },
  float: {
    311: 'samplingProbability',
  },
  ipv4: {
    8: 'sourceIPv4Address',
    12: 'destinationIPv4Address',
    15: 'ipNextHopIPv4Address',
    18: 'bgpNextHopIPv4Address',
    130: 'exporterIPv4Address',
    225: 'postNATSourceIPv4Address',
    226: 'postNATDestinationIPv4Address',
  },
  ipv6: {
    27: 'sourceIPv6Address',
    28: 'destinationIPv6Address',
    62: 'ipNextHopIPv6Address',
    63: 'bgpNextHopIPv6Address',
    131: 'exporterIPv6Address',
    281: 'postNATSourceIPv6Address',
    282: 'postNATDestinationIPv6Address',
  },
  mac: {
    56: 'sourceMacAddress',
    57: 'postDestinationMacAddress',
    80: 'destinationMacAddress',
    81: 'postSourceMacAddress',
  },
  string: {
    82: 'interfaceName',
    83: 'interfaceDescription',
    84: 'samplerName',
    94: 'applicationDescription',
    96: 'applicationName',
    284: 'natPoolName',
    300: 'observationDomainName',
    335: 'selectorName',
    340: 'informationElementDescription',
    341: 'informationElementName',
    371: 'userName',
  },
  ntpMicroseconds: {
    154: 'flowStartMicroseconds',
    155: 'flowEndMicroseconds',
  },
  ntpNanoseconds: {
    156: 'flowStartNanoseconds',
    157: 'flowEndNanoseconds',
  },
};

const ELEMENTS = new Map<number, Element>();
for (const type of Object.keys(NAMES) as ElementType[]) {
  for (const [id, name] of Object.entries(NAMES[type])) ELEMENTS.set(Number(id), { name, type });
}

/** The IANA element with this number; undefined when natflow does not know it. */
export function elementOf(id: number): Element | undefined {
  return ELEMENTS.get(id);
}

/** The v9 scope types of RFC 3954 section 6.1, by number. */
const V9_SCOPES: Record<number, string> = {
  1: 'scopeSystem',
  2: 'scopeInterface',
  3: 'scopeLineCard',
  4: 'scopeCache',
  5: 'scopeTemplate',
};

/** The name of a v9 scope field. Scope types are numbered separately (RFC 3954 section 6.1). */
export function scopeNameOf(id: number): string {
  return V9_SCOPES[id] ?? `scope${id}`;
}
