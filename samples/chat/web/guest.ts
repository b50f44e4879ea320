const nameKey = 'chat.name';
const secretKey = 'chat.guest-key';

/** Who sits in front of this tab; remembered until it is closed. */
export class Guest {
  get name(): string {
    return sessionStorage.getItem(nameKey) ?? '';
  }

  set name(name: string) {
    sessionStorage.setItem(nameKey, name);
  }

  /** Proves to the server that this is the same guest as before. */
  get key(): string {
    const known = sessionStorage.getItem(secretKey);
    if (known !== null) return known;
    // Unlike randomUUID, this exists on pages that did not come over HTTPS too.
    const key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36).padStart(7, '0'));
    sessionStorage.setItem(secretKey, key.join(''));
    return key.join('');
  }
}
