/**
 * The services with gateway endpoints, by their name in flow logs, as the endpoint's service is named. The endpoints
 * are free of charge, and each reaches its own region alone.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export const GATEWAY_ENDPOINTS: Readonly<Record<string, string>> = {
  S3: 's3',
  DYNAMODB: 'dynamodb',
};

/** Whether AWS offers a gateway endpoint for the service, named as in flow logs. */
export function hasGatewayEndpoint(service: string): boolean {
  return Object.hasOwn(GATEWAY_ENDPOINTS, service);
}
