import { HubProtocolError, MessageType, type HubMessage, type HubProtocol, type Payload } from '@hubwire/hub-protocol';
import { NullLogger, type ILogger } from './logging.ts';
import type { HubMessage as SignalRMessage } from './messages.ts';
import { FrameReader, joinPayloads } from '../connection/framing.ts';
import { TransferFormat } from './transfer-format.ts';

/** A protocol as `@microsoft/signalr` takes it: whole frames in and out, framing included. */
export interface IHubProtocol {
  readonly name: string;
  readonly version: number;
  readonly transferFormat: TransferFormat;
  parseMessages(input: string | ArrayBuffer, logger: ILogger): SignalRMessage[];
  writeMessage(message: SignalRMessage): string | ArrayBuffer;
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
      const frame = joinPayloads([payload]);
      const input = typeof frame === 'string' ? frame : frame.slice().buffer;
      try {
        return fromSignalR(protocol.parseMessages(input, NullLogger.instance)[0]);
      } catch (cause) {
        throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', String(cause), { cause });
      }
    },
    writeMessage(message) {
      try {
        const output = protocol.writeMessage(toSignalR(message));
        return withoutFraming(typeof output === 'string' ? output : new Uint8Array(output), transferFormat);
      } catch (cause) {
        throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', String(cause), { cause });
      }
    },
  };
}

function withoutFraming(frame: Payload, transferFormat: 'Text' | 'Binary'): Payload {
  let payload: Payload = '';
  const reader = new FrameReader(frame.length);
  reader.isBinary = transferFormat === 'Binary';
  reader.read(frame, (first) => (payload = first));
  return payload;
}

function fromSignalR(message: SignalRMessage | undefined): HubMessage | undefined {
  if (message?.type !== MessageType.Completion) return message as HubMessage | undefined;
  const { error, result, ...completion } = message;
  if (error) return { ...completion, outcome: { kind: 'error', error } };
  return { ...completion, outcome: result === undefined ? { kind: 'void' } : { kind: 'result', result } };
}

/** An outcome's `result` or `error` is a field of the message itself. */
function toSignalR(message: HubMessage): SignalRMessage {
  if (message.type !== MessageType.Completion) return message as SignalRMessage;
  const { outcome, ...completion } = message;
  const { kind: _, ...fields } = outcome;
  return { ...completion, ...fields };
}
