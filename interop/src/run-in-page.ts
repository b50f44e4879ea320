import * as client from '@hubwire/hub-client';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';

// The page's functions find it beside the `signalR` of the official client.
Object.assign(globalThis, { hubwire: { ...client, MessagePackHubProtocol } });
