import { gunzipSync } from 'node:zlib';

/**
 * Whose the addresses of the stories' peers are, as a MaxMind DB file, which the PyPI package mmdb_writer made:
 * 52.216.0.0/16 and 13.224.0.0/16 of AS16509 Amazon.com, Inc., 3.218.0.0/16 and 18.205.0.0/16 of AS14618 Amazon.com, Inc.;
 * 203.0.113.0/24 of AS64500 Cardpay Ltd, 198.51.100.0/24 of AS64501 Example Bank, 192.0.2.0/24 of AS64502 Image Registry.
 */
const DATABASE = `
H4sIAAAAAAACA2XRSVMTQRwF8BeMK+K+AKKO+wa4LyjKJmoIYVVEEMfOTCcMZLqnZiZKqKLKT2GVNzn7KcydD+BRb568oBcu
Tp6269TUr17eP9Xd1QOkgCtAHRAA64BTQBo4AKwHdgAb2CfvRrqJbqZbgHoz3UobgG2m2Q6smLwT2GXybrqH7qX7gP0MjbSJ
NtMPtIUeNCscAg6bbNEjwFGGY6Y/Tk8AJ03z4zCngTOmOQucY2g1TRttB86b5gK9CFxiuPzHqZL3KnCN4Tq9AcwAHUAWuMnm
Fu2kt+kd2kW7aQ/tpX30Lu2n9+h9+oBmzO4DwKrJg0COYYgOm36EjgJjDOOmf0gfAROmeUwngScMU6afBp7WQqqBP5+Z3qbP
AcGQpw51qaQFWqSz1DMrzNF5WgJ8BkX1z/+kki/49zMpyrFW2tflyI4qUSx9W5X9vAyrHc0zqf+HOiwK5S2K2NNqpMcXi1q1
O9pvtTLKaf9kwWqyWqzOavdSLU8wr30byviiKK0xWfSiOKzURvlkJKtrXwf7F4QflKTVK9R8bbCUDF5V11azfSJ0A1GxBmO3
1r9O+jfvVr7kxELOU25t088DSrvSdnRZxe+DbCgdHbp25C3K5cYBL7BfyDBKjrmczrkiFnkRSTuuBHJUibhQ0i/boliHlbae
8aFMSahiOTlilEr3SjWd95QIK3ZBh76IbV/M6fDXYnX/Tj31e/o268rICb2gdj0fk6WmhnlfEe8rsnTBimelxY2z+bJXcm0Z
aGc2XTdfn5r4DsBzp3Y8BAAA
`;

/** The bytes of the file. */
export function asnDatabase(): Uint8Array {
  return gunzipSync(Buffer.from(DATABASE, 'base64'));
}
