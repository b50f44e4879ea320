import { JsonHubProtocol as SignalRJson } from '@microsoft/signalr';
import { MessagePackHubProtocol as SignalRMessagePack } from '@microsoft/signalr-protocol-msgpack';
import { JsonHubProtocol, type HubMessage, type HubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { describe, expect, it } from 'vitest';
import { toHubProtocol, type IHubProtocol } from './protocol-adapter.ts';

const completions: HubMessage[] = [
  { type: 3, invocationId: '1', outcome: { kind: 'void' } },
  { type: 3, invocationId: '1', outcome: { kind: 'result', result: 'r' } },
  { type: 3, invocationId: '1', outcome: { kind: 'error', error: 'e' } },
];

const read: HubMessage[] = [
  { type: 1, target: 'a', arguments: [1, 'two'] },
  { type: 1, invocationId: '1', target: 'a', arguments: [] },
  { type: 2, invocationId: '2', item: 5 },
  ...completions,
  { type: 6 },
  { type: 7, error: 'e', allowReconnect: true },
];

const written: HubMessage[] = [
  { type: 1, target: 'a', arguments: [1, 'two'], streamIds: ['1'] },
  { type: 4, invocationId: '2', target: 'b', arguments: [{ c: null }] },
  { type: 2, invocationId: '2', item: 5 },
  ...completions,
  { type: 5, invocationId: '2' },
  { type: 6 },
  { type: 7 },
];

const cases: readonly { readonly official: IHubProtocol; readonly own: HubProtocol }[] = [
  { official: new SignalRJson(), own: new JsonHubProtocol() },
  { official: new SignalRMessagePack(), own: new MessagePackHubProtocol() },
];

describe.each(cases)('the $official.name protocol of @microsoft/signalr', ({ official, own }) => {
  const { name, transferFormat } = own;
  const protocol = toHubProtocol(official);

  it('keeps its name and format', () => {
    expect(protocol).toMatchObject({ name, transferFormat });
    expect(protocol.version).toBeGreaterThanOrEqual(1);
  });

  it.each(read)('reads %j', (message) => {
    expect(protocol.parseMessage(own.writeMessage(message))).toMatchObject(message);
  });

  it.each(written)('writes %j', (message) => {
    expect(own.parseMessage(protocol.writeMessage(message))).toMatchObject(message);
  });

  it('reports what it cannot read as a protocol error', () => {
    const nonsense = transferFormat === 'Text' ? 'nonsense' : new Uint8Array([0xc1]);
    expect(() => protocol.parseMessage(nonsense)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_INVALID_MESSAGE' }),
    );
  });

  it('reports what it cannot write as a protocol error', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => protocol.writeMessage({ type: 1, target: 'x', arguments: endless })).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_CANNOT_WRITE' }),
    );
  });
});
