import type {
  ClientMethod,
  InteropClient,
  InteropConnection,
  InteropConnectionOptions,
  ProtocolName,
  TransportName,
} from './interop-client.ts';
import { within } from './within.ts';

/** One transport and one protocol that a case runs over. */
export interface Combination {
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
}

/** Every combination that the wire has: Server-Sent Events carry text alone. */
export const allCombinations: readonly Combination[] = [
  { transport: 'WebSockets', protocol: 'json' },
  { transport: 'WebSockets', protocol: 'messagepack' },
  { transport: 'ServerSentEvents', protocol: 'json' },
  { transport: 'LongPolling', protocol: 'json' },
  { transport: 'LongPolling', protocol: 'messagepack' },
];

/** The combination that every client has. */
export const webSocketsInJson: readonly Combination[] = [{ transport: 'WebSockets', protocol: 'json' }];

/** One question to a server, asked through a client. */
export interface InteropCase {
  readonly name: string;
  /** Where the case makes sense; everywhere when left out. */
  readonly where?: (combination: Combination) => boolean;
  run(context: CaseContext): Promise<void>;
}

/** How `CaseContext.connect` departs from a plain connection to `/testhub`. */
export interface ConnectOptions extends Partial<Omit<InteropConnectionOptions, 'url'>> {
  readonly path?: string;
  /** Client methods that have to be there before the start. */
  readonly methods?: Readonly<Record<string, ClientMethod>>;
  /** Runs before the start, for whatever has to watch the very first calls. */
  readonly prepare?: (connection: InteropConnection) => void;
}

/** What a case has at hand. Connections made here are stopped at its end. */
export class CaseContext implements AsyncDisposable {
  readonly client: InteropClient;
  readonly combination: Combination;
  /** The server's address, such as `http://127.0.0.1:5000`. */
  readonly baseUrl: string;
  readonly #connections: InteropConnection[] = [];

  constructor(client: InteropClient, combination: Combination, baseUrl: string) {
    this.client = client;
    this.combination = combination;
    this.baseUrl = baseUrl;
  }

  /** A connection that is not started. */
  create(options: ConnectOptions = {}): InteropConnection {
    const { path = '/testhub', methods = {}, prepare, ...rest } = options;
    const connection = this.client.create({ ...this.combination, ...rest, url: this.baseUrl + path });
    for (const [target, method] of Object.entries(methods)) connection.on(target, method);
    prepare?.(connection);
    this.#connections.push(connection);
    return connection;
  }

  /** A started connection. */
  async connect(options: ConnectOptions = {}): Promise<InteropConnection> {
    const connection = this.create(options);
    await within(connection.start(), `a connection to ${options.path ?? '/testhub'}`);
    return connection;
  }

  /** A token that the server under test issues. */
  async token(query: Readonly<Record<string, string>> = {}): Promise<string> {
    const response = await fetch(`${this.baseUrl}/generateJwtToken?${new URLSearchParams(query)}`);
    if (!response.ok) throw new Error(`/generateJwtToken answered ${response.status}`);
    return response.text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await within(Promise.all(this.#connections.map((connection) => connection.stop())), 'the connections stop');
  }
}
