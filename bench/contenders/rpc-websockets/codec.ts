import type { Call, Codec, MessageKind, Span } from '../codec.ts';

const events: Partial<Record<Call['method'], string>> = { subscribe: 'message', join: 'room' };
// 0 is no id there.
const firstId = 1;
const notification = 0x6e;
const resultText = '{"jsonrpc":"2.0","result"';

/** JSON-RPC 2.0, one message in a frame. */
export const jsonRpcCodec: Codec = {
  path: '/',
  subscribes: true,
  call: ({ id, method, arguments: args }) => {
    const event = events[method];
    const [target, params] = event === undefined ? [method, args] : ['rpc.on', [event]];
    return JSON.stringify({ jsonrpc: '2.0', method: target, params, id: id + firstId });
  },
  scan: (frame, visit) => visit(kindOf(frame), frame),
  readReply: (message) => {
    const reply = JSON.parse(message.toString()) as { id: number; result?: unknown; error?: unknown };
    if (reply.error !== undefined) throw new Error(`The server answered with an error: ${message.toString()}`);
    return { id: reply.id - firstId, value: reply.result };
  },
  readPush: (message) => (JSON.parse(message.toString()) as { params: unknown[] }).params[0],
};

/** `{"notification":…`, `{"jsonrpc":"2.0","result":…` or an error. */
function kindOf({ bytes, start }: Span): MessageKind {
  if (bytes[start + 2] === notification) return 'push';
  // The letter after `{"jsonrpc":"2.0","`: the end of a call that went well.
  if (bytes[start + resultText.indexOf('result')] === 0x72) return 'reply';
  throw new Error(`The server answered: ${bytes.toString('utf8', start, start + 200)}`);
}
