/** A private address that uses the gateways, and the team it belongs to. */
interface ClientBase {
  readonly address: string;
  readonly name: string;
  readonly team: string;
}

/** An EC2 instance, with its name and team as tags. */
export interface InstanceClient extends ClientBase {
  readonly kind: 'instance';
  /** The prefixes of its interface, out of which the VPC CNI gives addresses to pods. */
  readonly prefixes?: readonly string[];
}

/** A pod that keeps its address on the way to the gateway, with its team as a label. */
export interface PodClient extends ClientBase {
  readonly kind: 'pod';
  readonly namespace: string;
  readonly deployment: string;
}

export const ETL_7 = '10.20.3.41';
export const ETL_2 = '10.20.3.17';
export const REPORTS = '10.20.1.23';
export const NODE = '10.20.4.20';
export const API = '10.20.5.8';
export const MAILER = '10.20.6.11';

const instance = (address: string, name: string, team: string): InstanceClient => ({
  ...{ kind: 'instance', address, name, team },
});

/** A pod is named after its deployment, the hash of its replica set, and letters of its own. */
const pod = (address: string, team: string, namespace: string, name: string): PodClient => ({
  ...{ kind: 'pod', address, team, namespace },
  name: `${namespace}/${name}`,
  deployment: name.split('-').slice(0, -2).join('-'),
});

/** All clients of the stories. The node is the instance that the pods run on. */
export const CLIENTS: readonly (InstanceClient | PodClient)[] = [
  instance(ETL_7, 'etl-worker-7', 'data'),
  instance(ETL_2, 'etl-worker-2', 'data'),
  instance(REPORTS, 'reports', 'finance'),
  { ...instance(NODE, 'eks-node-1', 'platform'), prefixes: ['10.20.5.0/28', '10.20.6.0/28'] },
  pod(API, 'shop', 'shop', 'api-7c9d5b8f64-x2l7q'),
  pod(MAILER, 'crm', 'crm', 'mailer-5f6b7d9c48-zt9wk'),
];

/** The names of clients by their addresses. */
export const CLIENT_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  CLIENTS.map(({ address, name }) => [address, name]),
);
