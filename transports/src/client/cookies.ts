/**
 * The cookies that one origin set, for platforms whose `fetch` keeps none (Node.js): load balancers pin a client to its
 * server by them.
 */
export class Cookies {
  readonly #values = new Map<string, string>();

  takeFrom(headers: Headers): void {
    for (const cookie of headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(/;\s*/);
      const [, name, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
      if (name === undefined || value === undefined) continue;
      if (attributes.some(hasExpired)) this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }

  /** Puts them behind what `headers` hold. */
  addTo(headers: Record<string, string>): void {
    const cookie = this.join(headers['Cookie']);
    if (cookie !== undefined) headers['Cookie'] = cookie;
  }

  /** The value of a `Cookie` header: what `own` holds, then these. */
  join(own: string | undefined): string | undefined {
    const pairs = [...this.#values].map(([name, value]) => `${name}=${value}`);
    return [...(own ? [own] : []), ...pairs].join('; ') || undefined;
  }
}

function hasExpired(attribute: string): boolean {
  const [name = '', value = ''] = attribute.split('=');
  if (/^max-age$/i.test(name)) return Number(value) <= 0;
  return /^expires$/i.test(name) && Date.parse(value) <= Date.now();
}
