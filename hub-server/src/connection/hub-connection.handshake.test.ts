import { JsonHubProtocol, type HubProtocol } from '@hubwire/hub-protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Hub, hubMethod } from '../index.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';

const log: string[] = [];
const takeLog = (): readonly string[] => log.splice(0);

beforeEach(() => void takeLog());

class LifeHub extends Hub {
  override onConnected(): void | Promise<void> {
    log.push('connected');
  }
  override onDisconnected(error: Error | undefined): void | Promise<void> {
    log.push(error === undefined ? 'disconnected' : `disconnected: ${error.message}`);
  }
  @hubMethod() add(a: number, b: number): number {
    return a + b;
  }
  @hubMethod() abort(): void {
    this.context.abort();
  }
  @hubMethod() whenAborted(): void {
    this.context.aborted.addEventListener('abort', () => log.push('aborted'));
  }
}

const detailed = { enableDetailedErrors: true } as const;

describe('the handshake', () => {
  it('is answered before anything else, also when messages come with it', async () => {
    await using host = serveHub(LifeHub);
    const client = host.open();
    client.sendFrame(
      '{"protocol":"json","version":1}\u001E{"type":1,"invocationId":"x","target":"add","arguments":[1,2]}\u001E',
    );
    expect(await client.handshakeAnswer()).toEqual({});
    expect((await client.completion('x')).outcome).toEqual({ kind: 'result', result: 3 });
  });

  it('takes the name of a protocol without regard to case', async () => {
    await using host = serveHub(LifeHub);
    const client = host.open();
    client.sendFrame('{"protocol":"JSON","version":1}\u001E');
    expect(await client.handshakeAnswer()).toEqual({});
  });

  it('may come in parts, and as bytes', async () => {
    await using host = serveHub(LifeHub);
    const client = host.open();
    const bytes = new TextEncoder().encode('{"protocol":"json","version":1}\u001E');
    client.sendFrame(bytes.subarray(0, 10));
    await settled();
    client.sendFrame(bytes.subarray(10));
    expect(await client.handshakeAnswer()).toEqual({});
  });

  it.each([
    ['{"protocol":"xml","version":1}', "The protocol 'xml' is not supported."],
    ['{"protocol":"json","version":99}', "The server does not support version 99 of the 'json' protocol."],
    ['{"protocol":"json","version":0}', "The server does not support version 0 of the 'json' protocol."],
    ['garbage', 'An unexpected error occurred during connection handshake.'],
    ['[]', 'An unexpected error occurred during connection handshake.'],
    ['{"protocol":"json"}', 'An unexpected error occurred during connection handshake.'],
    ['{"protocol":5,"version":1}', 'An unexpected error occurred during connection handshake.'],
    ['{"type":6}', 'An unexpected error occurred during connection handshake.'],
    [`{"protocol":"${'x'.repeat(40_000)}"}`, 'An unexpected error occurred during connection handshake.'],
  ])('%j is refused', async (record, error) => {
    await using host = serveHub(LifeHub);
    const client = host.open();
    client.sendFrame(`${record}\u001E`);
    expect(await client.handshakeAnswer()).toEqual({ error });
    expect(await client.closed()).toEqual({ kind: 'remote' });
    expect(takeLog()).toEqual([]);
  });

  it('says what is wrong where details are enabled', async () => {
    await using host = serveHub(LifeHub, detailed);
    const client = host.open();
    client.sendFrame('{"type":6}\u001E');
    expect((await client.handshakeAnswer()).error).toContain('the peer sent a hub message first.');
  });

  it('that never ends is refused before it grows', async () => {
    await using host = serveHub(LifeHub, { maximumReceiveMessageBytes: 100 });
    const client = host.open();
    client.sendFrame('x'.repeat(101));
    expect((await client.handshakeAnswer()).error).toBe('An unexpected error occurred during connection handshake.');
    expect(await client.closed()).toEqual({ kind: 'remote' });
  });

  it('for a format that the transport cannot carry is refused', async () => {
    const json = new JsonHubProtocol();
    const binary: HubProtocol = {
      name: 'binary',
      version: 1,
      transferFormat: 'Binary',
      parseMessage: (payload) => json.parseMessage(payload),
      writeMessage: (message) => new TextEncoder().encode(json.writeMessage(message)),
    };
    await using host = serveHub(LifeHub, { protocols: [json, binary] });
    const client = host.open({ transferFormats: ['Text'] });
    expect(await client.handshake({ protocol: 'binary', version: 1 })).toEqual({
      error:
        "Cannot use the 'binary' protocol on the current transport. The transport does not support 'Binary' transfer format.",
    });
  });

  it('is refused when getUserId throws', async () => {
    await using host = serveHub(LifeHub, {
      getUserId() {
        throw new Error('no directory');
      },
    });
    const client = host.open();
    expect((await client.handshake()).error).toBe('An unexpected error occurred during connection handshake.');
    expect(await client.closed()).toEqual({ kind: 'remote' });
    host.logger.claim('getUserIdFailed');
    expect(takeLog()).toEqual([]);
  });
});
