import { describe, it } from 'vitest';
import { defineTransportConformance } from '../testing/transport-conformance.ts';
import { connectionPair } from './connection-pair.ts';

defineTransportConformance(
  {
    name: 'InMemory',
    transferFormats: ['Text', 'Binary'],
    keepsFrames: true,
    open: async () => ({ ...connectionPair(), dispose() {} }),
  },
  { describe, it },
);
