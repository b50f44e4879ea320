import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that can be cut: it passes bytes on, and resets connections when told to. */
export class CuttingProxy {
  readonly port: number;
  readonly #server: ReturnType<typeof createServer>;
  readonly #sockets: Set<Socket>;
  #cuts = 0;

  private constructor(server: ReturnType<typeof createServer>, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(target: number): Promise<CuttingProxy> {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (near) => {
      const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
      sockets.add(near);
      near.pipe(far).pipe(near);
      near.on('error', () => far.resetAndDestroy()).on('close', () => void (far.destroy(), sockets.delete(near)));
      far.on('error', () => near.resetAndDestroy()).on('close', () => near.destroy());
    });
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 });
    await once(server, 'listening');
    return new CuttingProxy(server, sockets);
  }

  get cuts(): number {
    return this.#cuts;
  }

  /** Resets one of the connections; `share`, from 0 to 1, says which. */
  cut(share: number): void {
    const index = Math.floor(share * this.#sockets.size);
    const socket = [...this.#sockets][index];
    if (socket === undefined) return;
    this.#cuts += 1;
    socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
