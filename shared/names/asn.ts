/** The highest number of an AS. */
export const MAX_ASN = 0xffff_fffe;

/** What stands for the AS of addresses that are not looked up. RFC 7300 reserves both numbers: they are no AS's. */
export const NOT_LOOKED_UP = { aws: 65_535, private: 0xffff_ffff } as const;
