import { describe, expect, test } from '@jest/globals';
import { Names } from './names.ts';
import { readNames } from './read-names.ts';
import { Tenures } from './tenures.ts';

/** Who has an address by these files, among what is undated. */
const namesIn = (...texts: readonly string[]) => {
  const claims = texts.flatMap((text) => readNames(text, 'names').claims);
  const names = new Names([], new Tenures(claims));
  return (address: string, tenure?: number) => names.of(address, tenure);
};
const claimsIn = (text: string) => readNames(text, 'names').claims;
const at = (text: string) => Date.parse(text) / 1000;

describe("a list of one's own", () => {
  test('is CSV with an address or CIDR, a name, and labels in all other columns', () => {
    const names = namesIn(
      '\ufeffCIDR,name,team,env\r\n10.0.0.9,"db, main",data,\r\n10.0.0.0/24,,ops,prod\r\n\r\n2001:DB8::/64,six,,\r\n',
    );
    expect(names('10.0.0.9')).toEqual({ name: 'db, main', labels: { team: 'data', env: 'prod' } });
    expect(names('10.0.0.8')).toEqual({ labels: { team: 'ops', env: 'prod' } });
    expect(names('2001:db8::1')).toEqual({ name: 'six' });
    expect(names('10.0.1.1')).toEqual({});
  });

  test('is JSON of the same members, with labels beside them or in an object', () => {
    const rows = [
      { address: '10.0.0.9', name: 'db', team: 'data', replicas: 3 },
      { cidr: '10.0.0.0/24', labels: { team: 'ops', env: 'prod' }, name: null },
    ];
    const names = namesIn(JSON.stringify(rows));
    expect(names('10.0.0.9')).toEqual({
      name: 'db',
      labels: { team: 'data', replicas: '3', env: 'prod' },
    });
  });

  test.each([
    ['2026-11-22T10:14:30Z', '2026-11-22T10:14:30Z'],
    ['2026-11-22 10:14:30', '2026-11-22T10:14:30Z'],
    ['2026-11-22T11:14:30+01:00', '2026-11-22T10:14:30Z'],
    ['2026-11-22', '2026-11-22T00:00:00Z'],
    ['1795342470', '2026-11-22T10:14:30Z'],
    ['1795342470123', '2026-11-22T10:14:30Z'],
  ])('has times such as %s', (text, time) => {
    const [claim] = claimsIn(`address,name,valid_from\n10.0.0.9,a,${text}\n`);
    expect(claim?.from).toBe(at(time));
  });

  test('with two names for one address gives it none, and says which they are', () => {
    const names = namesIn('ip,name,team\n10.0.0.9,a,x\n10.0.0.9,b,x\n');
    expect(names('10.0.0.9')).toEqual({ oneOf: ['a', 'b'], labels: { team: 'x' } });
  });

  test.each([
    ['', 'names is empty'],
    [' \n', 'names is empty'],
    [
      'a,b\n1,2\n',
      'names: line 1 names no column address or cidr, and the file is neither JSON nor what kubectl prints',
    ],
    ['ip,name\n10.0.0,x\n', 'names: line 2: "10.0.0" is no address or CIDR block'],
    ['ip,name\n"10.0.0.1","x\ny"\n,x\n', 'names: line 4: "" is no address or CIDR block'],
    ['ip,name\n10.0.0.0/33,x\n', 'names: line 2: "10.0.0.0/33" is no address or CIDR block'],
    ['ip,name\n10.0.0.1,x,y\n', 'names: line 2 has 3 values, and line 1 names 2 columns'],
    ['ip,from\n10.0.0.1,soon\n', 'names: line 2: "soon" is no time such as 2026-11-22T10:14:30Z'],
    [
      'ip,from,until\n10.0.0.1,2026-11-22,2026-11-21\n',
      'names: line 2: until 2026-11-21 is not after from 2026-11-22',
    ],
    ['{"a":1}', 'names is an object, a list was expected'],
    ['[{"name":"x"}]', 'names: 0 is an object, an object with an address or a cidr was expected'],
    ['[{"ip":5}]', 'names: 0: "5" is no address or CIDR block'],
    ['[{"ip":"10.0.0.1","tags":{}}]', /^names: 0\.tags is an object, .* was expected$/],
    ['[{"ip":', /^names: .*JSON/],
    ['{"items":[{"kind":"Service"}]}', 'names: items.0.metadata is missing'],
    [
      'NAMESPACE  NAME  READY  STATUS  RESTARTS  AGE\na  b  1/1  Running  0  1d\n',
      'names: the table lacks IP, NODE; kubectl shows them with -o wide',
    ],
  ])('that is wrong is refused in a sentence: %j', (text, message) => {
    expect(() => readNames(text, 'names')).toThrow(message);
  });
});

const pod = (
  name: string,
  changes: { metadata?: object; spec?: object; status?: object } = {},
) => ({
  kind: 'Pod',
  metadata: { name, namespace: 'pay', ...changes.metadata },
  spec: { nodeName: 'node-1', ...changes.spec },
  status: { podIP: '10.0.4.7', hostIP: '10.0.0.1', phase: 'Running', ...changes.status },
});
const list = (...items: readonly object[]) => JSON.stringify({ kind: 'List', items });

describe("kubectl's JSON", () => {
  test('names pods, on all their addresses, and the nodes they are on', () => {
    const status = { podIPs: [{ ip: '10.0.4.7' }, { ip: '2001:db8::7' }] };
    const names = namesIn(list(pod('api-1', { metadata: { labels: { team: 'x' } }, status })));
    const labels = {
      kind: 'pod',
      pod: 'api-1',
      namespace: 'pay',
      node: 'node-1',
      'label:team': 'x',
    };
    expect(names('10.0.4.7')).toEqual({ name: 'pay/api-1', labels });
    expect(names('2001:db8::7')).toEqual({ name: 'pay/api-1', labels });
    expect(names('10.0.0.1')).toEqual({ name: 'node-1', labels: { kind: 'node', node: 'node-1' } });
  });

  test('gives the address of a pod on the network of its node to the node', () => {
    const hosted = { spec: { hostNetwork: true }, status: { podIP: '10.0.0.1' } };
    expect(namesIn(list(pod('proxy', hosted)))('10.0.0.1').name).toBe('node-1');
  });

  const owned = (kind: string, name: string, labels = {}) =>
    pod('p', { metadata: { labels, ownerReferences: [{ kind, name, controller: true }] } });
  test.each([
    [
      'a deployment',
      owned('ReplicaSet', 'api-7d4f9c6b8', { 'pod-template-hash': '7d4f9c6b8' }),
      'deployment/api',
    ],
    ['a deployment, by the hash alone', owned('ReplicaSet', 'api-7d4f9c6b8'), 'deployment/api'],
    ['a replica set that has no hash', owned('ReplicaSet', 'api-server'), 'replicaset/api-server'],
    ['a cron job', owned('Job', 'nightly-29712345'), 'cronjob/nightly'],
    ['a job of its own', owned('Job', 'import-2'), 'job/import-2'],
    ['a daemon set', owned('DaemonSet', 'aws-node'), 'daemonset/aws-node'],
    ['nothing', pod('p'), undefined],
  ])('says that a pod is of %s', (_, each, owner) => {
    expect(namesIn(list(each))('10.0.4.7').labels?.['owner']).toBe(owner);
  });

  test('is one pod as well', () => {
    expect(namesIn(JSON.stringify(pod('api-1')))('10.0.4.7').name).toBe('pay/api-1');
  });

  test('ends the time of a pod that is over with its last container', () => {
    const terminated = (finishedAt: string) => ({ state: { terminated: { finishedAt } } });
    const [claim] = claimsIn(
      list(
        pod('a', {
          status: {
            startTime: '2026-11-22T10:00:00Z',
            phase: 'Succeeded',
            containerStatuses: [
              terminated('2026-11-22T10:05:00Z'),
              terminated('2026-11-22T10:04:00Z'),
            ],
          },
        }),
      ),
    );
    expect(claim).toMatchObject({
      from: at('2026-11-22T10:00:00Z'),
      until: at('2026-11-22T10:05:01Z'),
    });
  });
});

describe("kubectl's table", () => {
  const table = [
    'NAMESPACE     NAME          READY   STATUS      RESTARTS       AGE   IP          NODE                       NOMINATED NODE   READINESS GATES',
    'pay           api-1         1/1     Running     2 (3h ago)     5d    10.0.4.7    node-1                     <none>           <none>',
    'kube-system   proxy-1       1/1     Running     0              5d    10.0.0.1    node-1                     <none>           <none>',
    'kube-system   agent-1       1/1     Running     0              5d    10.0.0.1    node-1                     <none>           <none>',
    'kube-system   proxy-2       1/1     Running     0              5d    10.0.0.2    ip-10-0-0-2.ec2.internal   <none>           <none>',
    'pay           nightly-1-x   0/1     Completed   0              5m    10.0.4.8    node-1                     <none>           <none>',
    'pay           new           0/1     Pending     0              1s    <none>      <none>                     <none>           <none>',
    '',
  ].join('\n');

  test('names pods that run, and nodes by the addresses that several pods or their host names have', () => {
    const names = namesIn(table);
    expect(names('10.0.4.7')).toEqual({
      name: 'pay/api-1',
      labels: { kind: 'pod', pod: 'api-1', namespace: 'pay', node: 'node-1' },
    });
    expect(names('10.0.0.1').name).toBe('node-1');
    expect(names('10.0.0.2').name).toBe('ip-10-0-0-2.ec2.internal');
    expect(names('10.0.4.8')).toEqual({});
  });
});
