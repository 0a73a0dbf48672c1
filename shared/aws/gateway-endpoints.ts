import {
  CreateTagsCommand,
  CreateVpcEndpointCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
  paginateDescribeRouteTables,
  paginateDescribeVpcEndpoints,
  type Tag,
} from '@aws-sdk/client-ec2';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { calling, collecting } from './refusal.ts';

/** Reads and changes the gateway endpoints of a region's VPCs. Errors as in `calling`. */
export function endpointPorts(region: string) {
  const client = new EC2Client({ region, ...CLIENT_TIMEOUTS });
  return {
    /** The gateway endpoints and route tables of VPCs; a VPC that cannot be seen has none. */
    describe: async (vpcIds: readonly string[]) => {
      const Filters = [{ Name: 'vpc-id', Values: [...vpcIds] }];
      const [VpcEndpoints, RouteTables] = await Promise.all([
        collecting(
          'ec2:DescribeVpcEndpoints',
          paginateDescribeVpcEndpoints({ client }, { Filters }),
          (page) => page.VpcEndpoints,
        ),
        collecting(
          'ec2:DescribeRouteTables',
          paginateDescribeRouteTables({ client }, { Filters }),
          (page) => page.RouteTables,
        ),
      ]);
      return { VpcEndpoints, RouteTables };
    },

    /** Makes a gateway endpoint with a tag, and returns its id. The same token makes none a second time. */
    create: async (endpoint: {
      readonly vpcId: string;
      readonly endpointService: string;
      readonly routeTableIds: readonly string[];
      readonly tag: Tag;
      readonly token: string;
    }): Promise<string> => {
      const command = new CreateVpcEndpointCommand({
        VpcEndpointType: 'Gateway',
        VpcId: endpoint.vpcId,
        ServiceName: endpoint.endpointService,
        RouteTableIds: [...endpoint.routeTableIds],
        ClientToken: endpoint.token,
        TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: [endpoint.tag] }],
      });
      const { VpcEndpoint } = await calling('ec2:CreateVpcEndpoint', client.send(command));
      return VpcEndpoint?.VpcEndpointId ?? '';
    },

    /** Adds route tables to a gateway endpoint. */
    extend: async (endpointId: string, routeTableIds: readonly string[]): Promise<void> => {
      const command = new ModifyVpcEndpointCommand({
        VpcEndpointId: endpointId,
        AddRouteTableIds: [...routeTableIds],
      });
      await calling('ec2:ModifyVpcEndpoint', client.send(command), endpointId);
    },

    /** Adds a tag to an endpoint, or replaces its value. */
    mark: async (endpointId: string, tag: Tag): Promise<void> => {
      const tags = new CreateTagsCommand({ Resources: [endpointId], Tags: [tag] });
      await calling('ec2:CreateTags', client.send(tags), endpointId);
    },
  };
}

export type EndpointPorts = ReturnType<typeof endpointPorts>;
