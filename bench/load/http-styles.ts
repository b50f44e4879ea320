import { bytesOf, type Codec, type Span } from '../contenders/codec.ts';

/** Where later requests go, and what the answer to the first one says besides. */
export interface Negotiated {
  readonly target: string;
  readonly firstMessage?: Buffer;
}

/** How a transport over HTTP goes about it. */
export interface HttpStyle {
  /** The request that makes a connection. */
  first(codec: Codec): { readonly method: 'GET' | 'POST'; readonly target: string };
  negotiated(body: string, codec: Codec): Negotiated;
  /** One answer that never ends, or one after the other. */
  readonly receiving: 'events' | 'polls';
  /** Put between messages of one body, where they do not end by themselves. */
  readonly separator: string;
  /** The parts of a body that are frames. */
  frames(body: Span, take: (frame: Span) => void): void;
}

const recordSeparator = 0x1e;

function signalRStyle(receiving: HttpStyle['receiving']): HttpStyle {
  return {
    first: ({ path }) => ({ method: 'POST', target: `${path}/negotiate?negotiateVersion=1` }),
    negotiated: (body, { path }) => {
      const { connectionToken } = JSON.parse(body) as { connectionToken: string };
      return { target: `${path}?id=${encodeURIComponent(connectionToken)}` };
    },
    receiving,
    separator: '',
    frames: (body, take) => take(body),
  };
}

export const serverSentEventsStyle = signalRStyle('events');
export const longPollingStyle = signalRStyle('polls');

/** The polling of engine.io, below Socket.IO. */
export const engineIoStyle: HttpStyle = {
  first: ({ path }) => ({ method: 'GET', target: toPolling(path) }),
  negotiated: (body, { path }) => {
    const { sid } = JSON.parse(body.slice(1)) as { sid: string };
    return { target: `${toPolling(path)}&sid=${encodeURIComponent(sid)}`, firstMessage: Buffer.from(body) };
  },
  receiving: 'polls',
  separator: String.fromCodePoint(recordSeparator),
  frames: (body, take) => {
    const bytes = bytesOf(body);
    for (let start = 0; start < bytes.length;) {
      const found = bytes.indexOf(recordSeparator, start);
      const end = found < 0 ? bytes.length : found;
      take({ bytes, start, end });
      start = end + 1;
    }
  },
};

function toPolling(path: string): string {
  return path.replace('transport=websocket', 'transport=polling');
}
