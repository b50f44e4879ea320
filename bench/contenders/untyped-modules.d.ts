/** As much of packages without types as the contenders use. */
declare module 'socketcluster-server' {
  import type { Server } from 'node:http';

  export interface Request {
    readonly data: string;
    end(data?: unknown): void;
    error(error: Error): void;
  }

  export interface ServerSocket {
    procedure(name: string): AsyncIterable<Request>;
  }

  export interface ClusterServer {
    readonly exchange: { transmitPublish(channel: string, data: unknown): Promise<void> };
    listener(event: 'connection'): AsyncIterable<{ readonly socket: ServerSocket }>;
    listener(event: 'ready'): { once(): Promise<unknown> };
    listener(event: 'error' | 'warning'): AsyncIterable<unknown>;
    close(): Promise<void>;
    readonly isReady: boolean;
  }

  export function attach(server: Server, options?: object): ClusterServer;
}

declare module 'socketcluster-client' {
  export interface ClientSocket {
    listener(event: 'connect'): { once(): Promise<unknown> };
    invoke(procedure: string, data: unknown): Promise<unknown>;
    disconnect(): void;
  }

  export function create(options: object): ClientSocket;
}

declare module 'faye' {
  import type { Server } from 'node:http';

  interface Adapter {
    attach(server: Server): void;
    close(): void;
  }

  const faye: { readonly NodeAdapter: new (options: object) => Adapter };
  export default faye;
}
