import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TransferFormat } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { selectTransports } from './transport-selector.ts';

const both = ['Text', 'Binary'] as const;
const own = (name: string, transferFormats: readonly TransferFormat[] = both) => ({ name, transferFormats });
const offer = (transport: string, transferFormats: readonly TransferFormat[] = both) => ({
  transport,
  transferFormats,
});
const reasons = ({ leftOut }: ReturnType<typeof selectTransports>) =>
  Object.fromEntries(leftOut.map(({ transport, error }) => [transport, error.message]));

describe('selectTransports', () => {
  it("keeps the server's order", () => {
    const { candidates } = selectTransports({
      offered: [offer('B'), offer('A')],
      allowed: [own('A'), own('B')],
      transferFormat: 'Text',
      failed: [],
    });
    expect(candidates.map(({ name }) => name)).toEqual(['B', 'A']);
  });

  it('gives a reason for each that is left out', () => {
    const selection = selectTransports({
      offered: [offer('NotAllowed'), offer('TextThere', ['Text']), offer('TextHere'), offer('Broken')],
      allowed: [own('TextThere'), own('TextHere', ['Text']), own('Broken'), own('NotOffered')],
      transferFormat: 'Binary',
      failed: [{ transport: 'Broken', error: new TransportError('TRANSPORT_TIMEOUT', 'No handshake.') }],
    });
    expect(selection.candidates).toEqual([]);
    expect(reasons(selection)).toEqual({
      NotAllowed: 'The client does not allow it.',
      TextThere: 'It does not carry Binary.',
      TextHere: 'It does not carry Binary.',
      Broken: 'No handshake.',
      NotOffered: 'The server does not offer it.',
    });
  });

  it('names every transport of either side exactly once', () => {
    const names = fc.uniqueArray(fc.constantFrom<string[]>('A', 'B', 'C', 'D', 'E'));
    const formats = fc.subarray(['Text', 'Binary'] as TransferFormat[]);
    const sides = fc.record({ offered: names, allowed: names, failed: names, there: formats, here: formats });
    fc.assert(
      fc.property(sides, ({ offered, allowed, failed, there, here }) => {
        const { candidates, leftOut } = selectTransports({
          offered: offered.map((name) => offer(name, there)),
          allowed: allowed.map((name) => own(name, here)),
          transferFormat: 'Text',
          failed: failed.map((transport) => ({ transport, error: new Error('no') })),
        });
        const named = [...candidates.map(({ name }) => name), ...leftOut.map(({ transport }) => transport)];
        expect(named.toSorted()).toEqual([...new Set([...offered, ...allowed])].toSorted());
        const isUsable = (name: string) => allowed.includes(name) && !failed.includes(name) && there.includes('Text');
        const expected = offered.filter((name) => isUsable(name) && here.includes('Text'));
        expect(candidates.map(({ name }) => name)).toEqual(expected);
      }),
    );
  });
});
