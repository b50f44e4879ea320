import {
  HubProtocolError,
  joinPayloads,
  MessageType,
  PayloadReader,
  type CompletionMessage,
  type HubMessage,
  type HubProtocol,
  type Payload,
} from '@hubwire/hub-protocol';
import { NullLogger, type ILogger } from './logging.ts';
import { TransferFormat } from './transport-adapter.ts';

/** A protocol as `@microsoft/signalr` takes it: whole frames in and out, framing included. */
export interface IHubProtocol {
  readonly name: string;
  readonly version: number;
  readonly transferFormat: TransferFormat;
  parseMessages(input: string | ArrayBuffer, logger: ILogger): SignalRMessage[];
  // Implementations declare the message types of their own package.
  // oxlint-disable-next-line typescript/no-explicit-any
  writeMessage(message: any): string | ArrayBuffer;
}

/** A message in the shape of `@microsoft/signalr`, whose completions have no outcome but two fields. */
export interface SignalRMessage {
  readonly type: number;
}

/** Any of the two kinds of protocol as ours. */
export function toHubProtocol(protocol: HubProtocol | IHubProtocol): HubProtocol {
  return 'parseMessages' in protocol ? adapt(protocol) : protocol;
}

function adapt(protocol: IHubProtocol): HubProtocol {
  const transferFormat = protocol.transferFormat === TransferFormat.Binary ? 'Binary' : 'Text';
  return {
    name: protocol.name,
    version: protocol.version,
    transferFormat,
    parseMessage(payload) {
      const frame = joinPayloads([payload], transferFormat);
      const input = typeof frame === 'string' ? frame : frame.slice().buffer;
      const [message] = parse(protocol, input);
      return message === undefined ? undefined : fromSignalR(message);
    },
    writeMessage(message) {
      const output = protocol.writeMessage(message.type === MessageType.Completion ? toSignalR(message) : message);
      return withoutFraming(typeof output === 'string' ? output : new Uint8Array(output), transferFormat);
    },
  };
}

function parse(protocol: IHubProtocol, input: string | ArrayBuffer): SignalRMessage[] {
  try {
    return protocol.parseMessages(input, NullLogger.instance);
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', String(cause), { cause });
  }
}

function withoutFraming(frame: Payload, transferFormat: 'Text' | 'Binary'): Payload {
  const payloads: Payload[] = [];
  new PayloadReader(transferFormat, frame.length).read(frame, (payload) => payloads.push(payload));
  const [payload] = payloads;
  if (payload === undefined)
    throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', 'The protocol wrote no whole message.');
  return payload;
}

interface SignalRCompletion extends SignalRMessage {
  readonly invocationId: string;
  readonly error?: string | null;
  readonly result?: unknown;
}

function fromSignalR(message: SignalRMessage): HubMessage {
  if (message.type !== MessageType.Completion) return message as HubMessage;
  const { invocationId, error, result } = message as SignalRCompletion;
  const base = { type: MessageType.Completion, invocationId } as const;
  if (typeof error === 'string' && error !== '') return { ...base, outcome: { kind: 'error', error } };
  return { ...base, outcome: result === undefined ? { kind: 'void' } : { kind: 'result', result } };
}

function toSignalR({ headers, invocationId, outcome }: CompletionMessage): SignalRCompletion {
  return {
    type: MessageType.Completion,
    invocationId,
    ...(headers !== undefined && { headers }),
    ...(outcome.kind === 'error' && { error: outcome.error }),
    ...(outcome.kind === 'result' && { result: outcome.result }),
  };
}
