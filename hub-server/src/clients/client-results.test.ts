import { beforeEach, describe, expect, it } from 'vitest';
import { Hub, hubMethod, isHubException, isHubServerError, type ClientOutcome } from '../index.ts';
import { deferred, serveHub, settled } from '../testing/test-hub-server.ts';

interface Client {
  confirm(question: string): boolean;
  add(a: number, b: number): number;
  tell(text: string): void;
}

const failures: unknown[] = [];
beforeEach(() => void failures.splice(0));

async function recorded<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    failures.push(error);
    throw error;
  }
}

const abort = { controller: new AbortController() };

class AskHub extends Hub<Client> {
  @hubMethod() confirm(question: string): Promise<boolean> {
    return recorded(this.clients.caller.invoke.confirm(question));
  }
  @hubMethod() ask(connectionId: string, a: number, b: number): Promise<number> {
    return recorded(this.clients.client(connectionId).invoke.add(a, b));
  }
  @hubMethod() quickly(timeoutMs: number): Promise<boolean> {
    return recorded(this.clients.caller.withOptions({ timeoutMs }).invoke.confirm('quick?'));
  }
  @hubMethod() untilAborted(): Promise<boolean> {
    const { signal } = abort.controller;
    return recorded(this.clients.caller.withOptions({ signal }).invoke.confirm('well?'));
  }
  @hubMethod() unencodable(): Promise<number> {
    const circular: unknown[] = [];
    circular.push(circular);
    return recorded(this.clients.caller.invoke.add(circular as never, 1));
  }
  @hubMethod() plain(value: number): number {
    return value;
  }
  @hubMethod() async askAll(timeoutMs: number): Promise<readonly ClientOutcome<boolean>[]> {
    return readable(await this.clients.all.withOptions({ timeoutMs }).invokeAll.confirm('all?'));
  }
  @hubMethod() async askGroup(name: string): Promise<readonly ClientOutcome<number>[]> {
    return readable(await this.clients.group(name).invokeAll.add(1, 2));
  }
  @hubMethod() async join(name: string): Promise<void> {
    await this.groups.add(this.context.connectionId, name);
  }
}

function readable<T>(outcomes: readonly ClientOutcome<T>[]): ClientOutcome<T>[] {
  return outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? outcome : { ...outcome, reason: (outcome.reason as Error).message },
  );
}

describe('a client result', () => {
  it('is what the client returns', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    client.on('confirm', (question) => question === 'sure?');
    expect(await client.invoke('confirm', 'sure?')).toBe(true);
    expect(await client.invoke('confirm', 'really?')).toBe(false);
  });

  it('may be nothing', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    const call = client.begin('confirm', ['sure?']);
    const { invocationId = '' } = await client.nextCall('confirm');
    client.endUpload(invocationId);
    expect((await client.completion(call)).outcome).toEqual({ kind: 'void' });
  });

  it('may be asked of another client', async () => {
    await using host = serveHub(AskHub);
    const [asking, answering] = [await host.connect(), await host.connect()];
    answering.on('add', (a, b) => (a as number) + (b as number));
    expect(await asking.invoke('ask', answering.connectionId, 1, 2)).toBe(3);
  });

  it('keeps the text of the error, for the hub and for its caller', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    client.on('confirm', () => {
      throw new Error('the user said no');
    });
    await expect(client.invoke('confirm', 'sure?')).rejects.toThrow(
      "An unexpected error occurred invoking 'confirm' on the server. HubException: the user said no",
    );
    expect(failures.map((error) => isHubException(error) && error.message)).toEqual(['the user said no']);
  });

  it('is given up after its time, and a late one is ignored', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    await expect(client.invoke('quickly', 5)).rejects.toThrow('An unexpected error occurred invoking');
    const { invocationId } = await client.nextCall('confirm');
    client.answer(invocationId, true);
    expect(await client.invoke('plain', 1)).toBe(1);
    expect(failures).toMatchObject([
      { code: 'HUB_CLIENT_RESULT_FAILED', message: 'The client gave no result. It did not answer within 5 ms.' },
    ]);
    host.logger.claim('invocationFailed');
  });

  it('is given up when its signal fires, and not asked for when it has fired', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    abort.controller = new AbortController();
    const call = client.begin('untilAborted');
    await client.nextCall('confirm');
    const reason = new Error('enough');
    abort.controller.abort(reason);
    await client.completion(call);
    await expect(client.invoke('untilAborted')).rejects.toThrow('An unexpected error occurred invoking');
    expect(failures).toEqual([reason, reason]);
    expect(client.unread).toEqual([]);
    host.logger.claim('invocationFailed');
  });

  it('fails when its connection ends', async () => {
    await using host = serveHub(AskHub);
    const [asking, leaving] = [await host.connect(), await host.connect()];
    const call = asking.begin('ask', [leaving.connectionId, 1, 2]);
    await leaving.nextCall('add');
    leaving.close();
    await asking.completion(call);
    expect(failures).toMatchObject([{ code: 'HUB_CONNECTION_CLOSED' }]);
    host.logger.claim('invocationFailed');
  });

  it('fails when there is no such connection', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    await expect(client.invoke('ask', 'nobody', 1, 2)).rejects.toThrow('An unexpected error occurred invoking');
    expect(failures.map((error) => isHubServerError(error) && error.message)).toEqual([
      "The client gave no result. Connection 'nobody' does not exist.",
    ]);
    host.logger.claim('invocationFailed');
  });

  it('fails when its arguments cannot be encoded', async () => {
    await using host = serveHub(AskHub, { maximumPendingResults: 1 });
    const client = await host.connect();
    await expect(client.invoke('unencodable')).rejects.toThrow('An unexpected error occurred invoking');
    await expect(client.invoke('unencodable')).rejects.toThrow('An unexpected error occurred invoking');
    expect(failures).toMatchObject([{ code: 'PROTOCOL_CANNOT_WRITE' }, { code: 'PROTOCOL_CANNOT_WRITE' }]);
    host.logger.claim('invocationFailed');
  });

  it('lets other calls of its connection run meanwhile', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    client.on('confirm', async () => (await client.invoke('plain', 5)) === 5);
    expect(await client.invoke('confirm', 'sure?')).toBe(true);
  });

  it('may be nested in both directions', async () => {
    class NestedHub extends Hub<{ down(depth: number): number }> {
      @hubMethod() async up(depth: number): Promise<number> {
        return depth === 0 ? 0 : 1 + (await this.clients.caller.invoke.down(depth));
      }
    }
    await using host = serveHub(NestedHub);
    const client = await host.connect();
    client.on('down', (depth) => client.invoke('up', (depth as number) - 1));
    expect(await client.invoke('up', 20)).toBe(20);
  });

  it('beyond maximumPendingResults is refused', async () => {
    await using host = serveHub(AskHub, { maximumPendingResults: 2 });
    const client = await host.connect();
    const waiting = [client.begin('confirm', ['1']), client.begin('confirm', ['2'])];
    await expect(client.invoke('confirm', '3')).rejects.toThrow('An unexpected error occurred invoking');
    expect(failures).toMatchObject([{ code: 'HUB_CLIENT_RESULT_FAILED' }]);
    for (const call of waiting) {
      client.answer((await client.nextCall('confirm')).invocationId, true);
      await client.completion(call);
    }
    client.on('confirm', () => true);
    expect(await client.invoke('confirm', '4')).toBe(true);
    host.logger.claim('invocationFailed');
  });
});

describe('results gathered from many clients', () => {
  it('have an outcome for each of them', async () => {
    await using host = serveHub(AskHub);
    const [asking, yes, no, silent] = await Promise.all([1, 2, 3, 4].map(() => host.connect()));
    if (!asking || !yes || !no || !silent) throw new Error('not connected');
    asking.on('confirm', () => true);
    yes.on('confirm', () => true);
    no.on('confirm', () => {
      throw new Error('no!');
    });
    expect(await asking.invoke('askAll', 20)).toEqual([
      { connectionId: asking.connectionId, status: 'fulfilled', value: true },
      { connectionId: yes.connectionId, status: 'fulfilled', value: true },
      { connectionId: no.connectionId, status: 'rejected', reason: 'no!' },
      {
        connectionId: silent.connectionId,
        status: 'rejected',
        reason: 'The client gave no result. It did not answer within 20 ms.',
      },
    ]);
  });

  it('come from a group, within gatherTimeoutMs', async () => {
    await using host = serveHub(AskHub, { gatherTimeoutMs: 20 });
    const [member, silent, other] = await Promise.all([1, 2, 3].map(() => host.connect()));
    if (!member || !silent || !other) throw new Error('not connected');
    member.on('add', (a, b) => (a as number) + (b as number));
    await member.invoke('join', 'g');
    await silent.invoke('join', 'g');
    expect(await other.invoke('askGroup', 'g')).toMatchObject([
      { connectionId: member.connectionId, status: 'fulfilled', value: 3 },
      { connectionId: silent.connectionId, status: 'rejected' },
    ]);
    expect(other.unread).toEqual([]);
  });

  it('of nobody are none', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    expect(await client.invoke('askGroup', 'nobody')).toEqual([]);
  });
});

describe('the context of a hub', () => {
  it('awaits client results from outside', async () => {
    await using host = serveHub(AskHub);
    const client = await host.connect();
    const { clients } = host.server.context(AskHub);
    client.on('add', (a, b) => (a as number) * (b as number));
    expect(await clients.client(client.connectionId).invoke.add(3, 4)).toBe(12);
    const gate = deferred<boolean>();
    client.on('confirm', () => gate.promise);
    const outcomes = clients.all.invokeAll.confirm('sure?');
    await settled();
    gate.resolve(true);
    expect(await outcomes).toEqual([{ connectionId: client.connectionId, status: 'fulfilled', value: true }]);
  });
});
