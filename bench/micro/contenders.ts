import {
  joinPayloads,
  JsonHubProtocol,
  PayloadReader,
  type HubMessage,
  type HubProtocol,
  type Payload,
} from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import * as official from '@microsoft/signalr';
import { MessagePackHubProtocol as OfficialMessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import type { MicroCase } from './cases.ts';

export type Encoding = 'json' | 'messagepack';
export type Side = 'hubwire' | 'official';

/** One side's encoding, set up to do what it does on a connection: a message to a frame's bytes, and a frame to messages. */
export interface Contender {
  writer(message: MicroCase): () => number;
  reader(message: MicroCase): () => number;
}

export function createContender(side: Side, encoding: Encoding): Contender {
  return side === 'hubwire' ? hubwire(ourProtocol(encoding)) : officialContender(encoding);
}

function ourProtocol(encoding: Encoding): HubProtocol {
  return encoding === 'json' ? new JsonHubProtocol() : new MessagePackHubProtocol();
}

/** As `MessageWriter` and a hub connection do it. */
function hubwire(protocol: HubProtocol): Contender {
  return {
    writer({ hubwire: message }) {
      return () => lengthOf(joinPayloads([protocol.writeMessage(message)], protocol.transferFormat));
    },
    reader({ hubwire: message }) {
      const frame = received(writeFrame(protocol, message));
      const reader = new PayloadReader(protocol.transferFormat, 1_000_000);
      let types = 0;
      const receive = (payload: Payload): void => {
        types += protocol.parseMessage(payload)?.type ?? 0;
      };
      return () => {
        reader.read(frame, receive);
        return types;
      };
    },
  };
}

function officialContender(encoding: Encoding): Contender {
  const protocol: official.IHubProtocol =
    encoding === 'json' ? new official.JsonHubProtocol() : new OfficialMessagePackHubProtocol();
  const written = ourProtocol(encoding);
  return {
    writer(message) {
      // Read anew for every call: an application turns its bytes into text each time.
      return () => lengthOf(protocol.writeMessage(officialMessage(message, encoding)));
    },
    reader({ hubwire: message }) {
      const frame = writeFrame(written, message);
      const input = typeof frame === 'string' ? frame : Uint8Array.from(frame).buffer;
      return () => protocol.parseMessages(input, official.NullLogger.instance).length;
    },
  };
}

function officialMessage(message: MicroCase, encoding: Encoding): official.HubMessage {
  const value = encoding === 'json' ? (message.officialJson ?? message.official) : message.official;
  return value as official.HubMessage;
}

/** The same bytes for both sides. */
function writeFrame(protocol: HubProtocol, message: HubMessage): Payload {
  return joinPayloads([protocol.writeMessage(message)], protocol.transferFormat);
}

/** As `ws` hands it over. */
function received(frame: Payload): Payload {
  return typeof frame === 'string' ? frame : Buffer.from(frame);
}

/** Text leaves as UTF-8: only there does a string that is still in pieces get its price. */
function lengthOf(frame: string | ArrayBuffer | Uint8Array): number {
  return typeof frame === 'string' ? Buffer.from(frame).length : frame.byteLength;
}
