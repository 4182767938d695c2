import { createServer, type Server, type Socket } from 'node:net';
import { Connection } from './connection';
import { listenDefaults, type ListenLimits } from './limits';
import type { DropReason, Protocol } from './session';
import type { Wiring } from './wiring';

/** One port, one protocol, many devices. */
export class TcpListener {
  private readonly limits: ListenLimits;
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private readonly perAddress = new Map<string, number>();
  private sweeper: NodeJS.Timeout | undefined;
  private emptied: (() => void) | undefined;

  constructor(
    readonly protocol: Protocol,
    private readonly wiring: Wiring,
    limits: Partial<ListenLimits> = {},
  ) {
    this.limits = { ...listenDefaults, ...limits };
    // A device may close its half after the last packet and still waits for the answer.
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket));
  }

  get size(): number {
    return this.connections.size;
  }

  get port(): number | undefined {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  }

  async listen(port: number, host?: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ port, host, backlog: 1024 }, () => {
        this.server.off('error', reject);
        // Out of file descriptors and the like: the listener lives on.
        this.server.on('error', (error) => this.wiring.log.error({ err: error }, `${this.protocol.name} listener`));
        resolve();
      });
    });
    this.sweeper = setInterval(() => this.sweep(), this.limits.sweepMs);
    this.sweeper.unref();
  }

  /** Takes no more connections, lets submits under way be answered, then closes what is left. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    for (const connection of this.connections) connection.stop();
    if (this.connections.size > 0) await new Promise<void>((resolve) => (this.emptied = resolve));
    clearInterval(this.sweeper);
  }

  private accept(socket: Socket): void {
    const address = socket.remoteAddress;
    const fromThere = this.perAddress.get(address ?? '') ?? 0;
    if (this.connections.size >= this.limits.connections) return this.turnAway(socket, 'max_connections');
    if (fromThere >= this.limits.connectionsPerAddress) return this.turnAway(socket, 'max_per_address');
    if (address === undefined) return void socket.destroy();
    const connection = new Connection(socket, this.protocol, this.wiring, this.limits, address);
    this.connections.add(connection);
    this.perAddress.set(address, fromThere + 1);
    this.wiring.metrics.connections(this.protocol.name, 1);
    socket.once('close', () => this.gone(connection));
  }

  private turnAway(socket: Socket, reason: DropReason): void {
    this.wiring.metrics.drop(reason);
    socket.on('error', () => undefined);
    socket.destroy();
  }

  private gone(connection: Connection): void {
    connection.closed();
    this.connections.delete(connection);
    this.wiring.metrics.connections(this.protocol.name, -1);
    const left = (this.perAddress.get(connection.remoteAddress) ?? 1) - 1;
    if (left > 0) this.perAddress.set(connection.remoteAddress, left);
    else this.perAddress.delete(connection.remoteAddress);
    if (this.connections.size === 0) this.emptied?.();
  }

  private sweep(): void {
    const nowMs = performance.now();
    for (const connection of this.connections) connection.sweep(nowMs);
  }
}
