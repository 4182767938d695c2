/**
 * The side door for programs that play devices: what a device sends, and the city and fleet of the demo. It loads neither
 * the server nor a database.
 */
export { nairobi, Plane, type City } from '../demo/city';
export { demoFleetFile, hasPassword, registeredAs, waysToTalk, type Part, type PlayedDevice, type PlayedFleet, type WayToTalk } from '../demo/played-fleet';
export { layStreets, limitKmh, nearestNode, type Street, type StreetMap, type StreetNode } from '../demo/streets';
export { streetsGeoJson } from '../demo/streets-geojson';
export { ipsEncode } from '../protocols/wialon_ips/encoder';
export { IpsDecoder } from '../protocols/wialon_ips/decoder';
export { readDatagram } from '../protocols/wialon_ips/datagram';
export type { IpsVersion } from '../protocols/wialon_ips/frames';
export { encodeRetranslator } from '../protocols/wialon_retranslator/encoder';
export { teltonikaEncode } from '../protocols/teltonika/encoder';
export { TeltonikaDecoder } from '../protocols/teltonika/decoder';
export type { Sample } from '../sample';
