/**
 * The pairs of a `Cookie` header. RFC 6265, sections 4.2.1 and 5.4.
 *
 * What is no pair, or has no name, is passed over. Names are not decoded: a server must not take `__%48ost-a`, which a
 * browser lets any page set, for the guarded `__Host-a`.
 */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header?.split(';') ?? []) {
    const end = pair.indexOf('=');
    if (end < 0) continue;
    const name = trim(pair.slice(0, end));
    if (name !== '' && !cookies.has(name)) cookies.set(name, decode(unquote(trim(pair.slice(end + 1)))));
  }
  return cookies;
}

/** Of spaces and tabs alone: `String.trim` would make a guarded name of one that a no-break space stands before. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start += 1;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/** What is not encoded correctly was not meant to be: it stays as it came. */
function decode(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
