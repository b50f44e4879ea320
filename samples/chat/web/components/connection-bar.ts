import type { ConnectionStatus } from '@hubwire/hub-client';
import type { TransportChoice } from '../connection.ts';
import { requiredElement } from '../required-element.ts';
import { transportLabel } from '../transport-label.ts';

export interface ConnectionBarEvents {
  /** Another transport is wanted, or the same one again. */
  readonly onConnect: (choice: TransportChoice) => void;
}

/** How the connection is, what carries it, and the choice of that. */
export class ConnectionBar {
  readonly #status = requiredElement('status', HTMLElement);
  readonly #statusLead = requiredElement('status-lead', HTMLElement);
  readonly #statusText = requiredElement('status-text', HTMLElement);
  readonly #transport = requiredElement('transport', HTMLSelectElement);
  readonly #banner = requiredElement('banner', HTMLElement);
  readonly #bannerText = requiredElement('banner-text', HTMLElement);
  readonly #action = requiredElement('banner-action', HTMLButtonElement);

  constructor({ onConnect }: ConnectionBarEvents) {
    this.#transport.addEventListener('change', () => onConnect(this.choice));
    this.#action.addEventListener('click', () => onConnect(this.choice));
  }

  get choice(): TransportChoice {
    return this.#transport.value as TransportChoice;
  }

  show(status: ConnectionStatus): void {
    this.#status.dataset['state'] = status.name;
    this.#statusLead.textContent = status.name === 'connected' ? 'Connected over ' : '';
    this.#statusText.textContent = statusText(status);
    if (status.name === 'connected') this.#status.dataset['transport'] = status.transport;
    else delete this.#status.dataset['transport'];
    const banner = bannerText(status);
    this.#banner.dataset['state'] = banner === '' ? 'hidden' : status.name;
    this.#bannerText.textContent = banner;
    this.#action.hidden = status.name !== 'disconnected' || banner === '';
  }
}

function statusText(status: ConnectionStatus): string {
  switch (status.name) {
    case 'connected':
      return transportLabel(status.transport);
    case 'connecting':
      return 'Connecting…';
    case 'reconnecting':
      return 'Reconnecting…';
    case 'disconnecting':
    case 'disconnected':
      return 'Not connected';
  }
}

function bannerText(status: ConnectionStatus): string {
  switch (status.name) {
    case 'reconnecting':
      return 'The connection was lost. Reconnecting…';
    case 'disconnected':
      return status.error === undefined ? '' : 'The server cannot be reached.';
    case 'connecting':
    case 'connected':
    case 'disconnecting':
      return '';
  }
}
