import { JsonHubProtocol, MessageType, PayloadReader, joinPayloads, type HubMessage } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import type { Call, Codec, Message, MessageKind, Reply, Span, Upload, Visit } from '../codec.ts';

const maximumMessageBytes = 1_048_576;
const recordSeparator = 0x1e;

/** Speaks to a hub, ours or one of ASP.NET Core, in JSON. */
export const jsonHubCodec = hubCodec(new JsonHubProtocol(), scanText);
/** The same in MessagePack. */
export const messagePackHubCodec = hubCodec(new MessagePackHubProtocol(), scanBinary);

function hubCodec(protocol: JsonHubProtocol | MessagePackHubProtocol, scan: Codec['scan']): Codec {
  const write = (message: HubMessage): Message =>
    joinPayloads([protocol.writeMessage(message)], protocol.transferFormat);
  const handshake = `{"protocol":"${protocol.name}","version":1}\u001e`;
  return {
    path: '/hub',
    opening: {
      first: protocol.transferFormat === 'Text' ? handshake : Buffer.from(handshake),
      next: (message) => {
        if (!message.toString().startsWith('{}')) throw new Error(`The handshake failed: ${message.toString()}`);
        return { isOpen: true };
      },
    },
    keepAlive: write({ type: MessageType.Ping }),
    call: (call) => write(toMessage(call)),
    upload: (id, text) => toUpload(id, text, write),
    scan,
    readReply: (bytes) => toReply(read(bytes)),
    readItem: (bytes) => toReply(read(bytes)),
    readPush: (bytes) => {
      const message = read(bytes);
      return message.type === MessageType.Invocation ? message.arguments[0] : message;
    },
  };

  function read(bytes: Buffer): HubMessage {
    const messages: HubMessage[] = [];
    new PayloadReader(protocol.transferFormat, maximumMessageBytes).read(bytes, (payload) => {
      const message = protocol.parseMessage(payload);
      if (message !== undefined) messages.push(message);
    });
    if (messages.length !== 1) throw new Error(`${messages.length} messages where one is expected.`);
    return messages[0]!;
  }
}

function toMessage({ id, method, arguments: args }: Call): HubMessage {
  const type = method === 'download' ? MessageType.StreamInvocation : MessageType.Invocation;
  return { type, invocationId: String(id), target: method, arguments: args };
}

function toUpload(id: number, text: string, write: (message: HubMessage) => Message): Upload {
  const streamId = `s${id}`;
  return {
    start: write({
      type: MessageType.Invocation,
      invocationId: String(id),
      target: 'upload',
      arguments: [],
      streamIds: [streamId],
    }),
    item: write({ type: MessageType.StreamItem, invocationId: streamId, item: text }),
    end: write({ type: MessageType.Completion, invocationId: streamId, outcome: { kind: 'void' } }),
  };
}

function toReply(message: HubMessage): Reply {
  if (message.type === MessageType.StreamItem) return { id: Number(message.invocationId), value: message.item };
  if (message.type !== MessageType.Completion) throw new Error(`A message of type ${message.type} is no reply.`);
  const { outcome } = message;
  if (outcome.kind === 'error') throw new Error(`The server answered with an error: ${outcome.error}`);
  return { id: Number(message.invocationId), value: outcome.kind === 'result' ? outcome.result : undefined };
}

const kinds: readonly MessageKind[] = ['other', 'push', 'item', 'reply', 'other', 'other', 'other', 'other', 'other'];
const typeText = Buffer.from('{"type":');
const message: Span = { bytes: Buffer.alloc(0), start: 0, end: 0 };

function at(bytes: Buffer, start: number, end: number): Span {
  message.bytes = bytes;
  message.start = start;
  message.end = end;
  return message;
}

/** The type is what every server writes first; the handshake has none. */
function scanText({ bytes, start: first, end: last }: Span, visit: Visit): void {
  let start = first;
  while (start < last) {
    const separator = bytes.indexOf(recordSeparator, start);
    if (separator < 0 || separator >= last) throw new Error('A record has no end.');
    const isTyped = bytes[start + 1] === 0x22 && bytes[start + 2] === 0x74;
    const digit = isTyped ? bytes[start + typeText.length]! - 0x30 : 0;
    visit(kinds[digit] ?? 'other', at(bytes, start, separator + 1));
    start = separator + 1;
  }
}

function scanBinary({ bytes, start: first, end: last }: Span, visit: Visit): void {
  let start = first;
  // The answer to the handshake is JSON.
  if (bytes[start] === 0x7b) {
    const end = bytes.indexOf(recordSeparator, start) + 1;
    visit('other', at(bytes, start, end));
    start = end;
  }
  while (start < last) {
    let position = start;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++]!;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const end = position + length;
    if (end > last) throw new Error('A message has no end.');
    // The array's header, then the type as a small integer.
    visit(kinds[bytes[position + 1]!] ?? 'other', at(bytes, start, end));
    start = end;
  }
}
