/**
 * The networks that a client's address is in, narrowest first: IPv6 /56, /48 and /32, or IPv4 /24 and /16. One subscriber
 * can change addresses inside the first at will, so it counts as one client. Whoever rents a larger one has many of them.
 */
export type ClientNetworks = readonly [string, ...string[]];
