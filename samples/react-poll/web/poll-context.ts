import { createHubContext } from '@hubwire/hub-client/react';
import type { PollHub } from '../server/poll-hub.ts';

/** The connection to the poll, for all components of the page. */
export const [PollProvider, usePoll] = createHubContext<PollHub>();
