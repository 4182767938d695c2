/** Every limit of one listener. Tests tighten them; the defaults suit thousands of trackers behind one carrier's address. */
export interface ListenLimits {
  connections: number;
  connectionsPerAddress: number;
  /** From connecting to being admitted. */
  handshakeMs: number;
  /** Without one whole frame. */
  idleMs: number;
  /** Samples of one connection that may wait for the sink before its socket is paused. */
  unresolvedSamples: number;
  /** Frames in a row that make no sense. */
  noise: number;
  /** Between a failed submit and the end of the connection, so that a device does not storm back at once. */
  notStoredMs: number;
  /** Answers a device did not fetch. */
  unreadAnswerBytes: number;
  /** How long a stopping listener waits for submits under way. */
  drainMs: number;
  sweepMs: number;
}

export const listenDefaults: ListenLimits = {
  connections: 20_000,
  connectionsPerAddress: 15_000,
  handshakeMs: 20_000,
  idleMs: 15 * 60_000,
  unresolvedSamples: 500,
  noise: 10,
  notStoredMs: 1_000,
  unreadAnswerBytes: 65_536,
  drainMs: 5_000,
  sweepMs: 1_000,
};
