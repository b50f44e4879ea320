const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Words after which a slash starts a regular expression, although a word before a slash usually means a division. */
const operators = new Set([
  'await',
  'case',
  'delete',
  'in',
  'instanceof',
  'new',
  'of',
  'return',
  'typeof',
  'void',
  'yield',
]);

/**
 * Takes JavaScript source apart: words, quoted texts, regular expressions, bracketed groups as a whole, and single
 * characters. Comments and blanks are left out. It reads what an engine prints of a function, which is well-formed.
 */
export function* tokensOf(source: string): Generator<string, void> {
  let previous = '';
  for (let index = 0; index < source.length;) {
    const end = endOfToken(source, index, previous);
    const token = source.slice(index, end);
    index = end;
    if (token.trim() === '' || isComment(token)) continue;
    previous = token;
    yield token;
  }
}

function isComment(token: string): boolean {
  return token.startsWith('//') || token.startsWith('/*');
}

function endOfToken(source: string, index: number, previous: string): number {
  const character = source[index] as string;
  if (character in closing) return endOfGroup(source, index);
  if (character === '"' || character === "'") return endOfQuoted(source, index);
  if (character === '`') return endOfTemplate(source, index);
  if (character === '/') return endOfSlash(source, index, previous);
  const word = /[\p{ID_Continue}$#]+/uy;
  word.lastIndex = index;
  return word.test(source) ? word.lastIndex : index + 1;
}

function endOfGroup(source: string, start: number): number {
  const end = closing[source[start] as string];
  let previous = '';
  let index = start + 1;
  while (index < source.length && source[index] !== end) {
    const next = endOfToken(source, index, previous);
    const token = source.slice(index, next);
    if (token.trim() !== '' && !isComment(token)) previous = token;
    index = next;
  }
  return index + 1;
}

function endOfQuoted(source: string, start: number): number {
  let index = start + 1;
  while (index < source.length && source[index] !== source[start]) index += source[index] === '\\' ? 2 : 1;
  return index + 1;
}

function endOfTemplate(source: string, start: number): number {
  let index = start + 1;
  while (index < source.length && source[index] !== '`') {
    if (source.startsWith('${', index)) index = endOfGroup(source, index + 1);
    else index += source[index] === '\\' ? 2 : 1;
  }
  return index + 1;
}

function endOfSlash(source: string, index: number, previous: string): number {
  if (source.startsWith('//', index)) return after(source, '\n', index);
  if (source.startsWith('/*', index)) return after(source, '*/', index + 2);
  return endsValue(previous) ? index + 1 : endOfRegularExpression(source, index);
}

/** Whether a slash behind this token divides. */
function endsValue(token: string): boolean {
  return token !== '' && !operators.has(token) && /[\p{ID_Continue}$)\]}"'`]$/u.test(token);
}

function endOfRegularExpression(source: string, start: number): number {
  let isInClass = false;
  let index = start + 1;
  while (index < source.length && (isInClass || source[index] !== '/')) {
    if (source[index] === '\\') index += 1;
    else if (source[index] === '[') isInClass = true;
    else if (source[index] === ']') isInClass = false;
    index += 1;
  }
  return index + 1;
}

function after(source: string, end: string, from: number): number {
  const index = source.indexOf(end, from);
  return index < 0 ? source.length : index + end.length;
}
