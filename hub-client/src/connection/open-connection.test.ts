import { JsonHubProtocol } from '@hubwire/hub-protocol';
import type { Connection, ConnectionFactory, FailedTransport } from '@hubwire/transports';
import { connectionPair } from '@hubwire/transports/in-memory';
import { describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../testing/manual-clock.ts';
import { rejectionOf } from '../testing/rejection-of.ts';
import { ScriptedPeer } from '../testing/scripted-server.ts';
import { within } from '../testing/within.ts';
import { resolveHubClientOptions } from '../hub-client-options.ts';
import { HubSession } from './hub-session.ts';
import { openConnection, type OpenConnectionOptions } from './open-connection.ts';

const protocol = new JsonHubProtocol();

function optionsWith(clock: ManualClock): OpenConnectionOptions {
  const settings = resolveHubClientOptions({ clock, protocol, handshakeTimeoutMs: 100 });
  const owner = { onOpen() {}, onInvocation() {}, onEnd() {} };
  return { ...settings, begin: (connection) => new HubSession(connection, owner, settings) };
}

class PeerList {
  readonly #peers: ScriptedPeer[] = [];

  get count(): number {
    return this.#peers.length;
  }

  add(connection: Connection): void {
    this.#peers.push(new ScriptedPeer(connection, protocol));
  }

  at(index: number): ScriptedPeer {
    const peer = this.#peers[index];
    if (peer === undefined) throw new Error(`There is no connection ${index}.`);
    return peer;
  }
}

/** Connects over the transports of the list, in its order, leaving out those that failed. */
function transports(...names: readonly string[]) {
  const peers = new PeerList();
  const asked: (readonly FailedTransport[])[] = [];
  const connect: ConnectionFactory = async (_format, _signal, failed = []) => {
    asked.push([...failed]);
    const name = names.find((name) => !failed.some(({ transport }) => transport === name));
    if (name === undefined) throw new Error('nothing is left');
    const { client, server } = connectionPair({ hasInherentKeepAlive: true });
    peers.add(server);
    return Object.defineProperty(client, 'transport', { value: name });
  };
  return { asked, connect, peers };
}

describe('openConnection', () => {
  it('tries the next transport when a handshake gets no answer', async () => {
    const clock = new ManualClock();
    const { asked, connect, peers } = transports('ServerSentEvents', 'LongPolling');
    const options = optionsWith(clock);
    const opening = openConnection(connect, options, new AbortController().signal);
    await clock.advance(100);
    expect((await peers.at(0).closed()).kind).toBe('remote');
    peers.at(1).accept();
    expect((await within(opening, 'the second transport')).connection.transport).toBe('LongPolling');
    expect(asked).toEqual([
      [],
      [{ transport: 'ServerSentEvents', error: expect.objectContaining({ code: 'HUB_CLIENT_HANDSHAKE_TIMEOUT' }) }],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('gives up when the factory has no other transport', async () => {
    const clock = new ManualClock();
    const peers = new PeerList();
    const connect: ConnectionFactory = async () => {
      const { client, server } = connectionPair();
      peers.add(server);
      return client;
    };
    const options = optionsWith(clock);
    const failure = rejectionOf(openConnection(connect, options, new AbortController().signal));
    await clock.advance(100);
    expect(await failure).toMatchObject({ code: 'HUB_CLIENT_HANDSHAKE_TIMEOUT' });
    expect(peers.count).toBe(2);
    for (const peer of [peers.at(0), peers.at(1)]) expect((await peer.closed()).kind).toBe('remote');
  });

  it('does not try another transport when the server refuses', async () => {
    const { connect, peers } = transports('WebSockets', 'LongPolling');
    const options = optionsWith(new ManualClock());
    const failure = rejectionOf(openConnection(connect, options, new AbortController().signal));
    await settled();
    peers.at(0).refuse('no');
    expect(await failure).toMatchObject({ code: 'HUB_CLIENT_HANDSHAKE_REFUSED' });
    expect(peers.count).toBe(1);
  });
});
