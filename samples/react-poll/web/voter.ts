const place = 'voter';

/** The secret of whoever votes in this tab; it outlives reconnections and reloads. */
export function voter(): string {
  const known = sessionStorage.getItem(place);
  if (known !== null) return known;
  const created = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0'));
  sessionStorage.setItem(place, created.join(''));
  return created.join('');
}
