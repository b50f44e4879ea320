import type { HubMethodFunction } from '../hub-method.ts';

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Reads the parameter list of a method, or `undefined` when its source does not show one (native or bound functions). */
export function readParameterList(method: HubMethodFunction): readonly string[] | undefined {
  const source = Function.prototype.toString.call(method);
  const start = source.indexOf('(');
  if (start < 0 || source.includes('[native code]')) return undefined;
  const end = skipBrackets(source, start);
  if (end === undefined) return undefined;
  return splitAtCommas(source.slice(start + 1, end - 1));
}

function splitAtCommas(list: string): readonly string[] {
  const parameters: string[] = [];
  let current = '';
  let index = 0;
  while (index < list.length) {
    const next = skipToken(list, index) ?? list.length;
    const token = list.slice(index, next);
    if (token === ',') {
      parameters.push(current.trim());
      current = '';
    } else if (!isComment(token)) {
      current += token;
    }
    index = next;
  }
  if (current.trim() !== '') parameters.push(current.trim());
  return parameters;
}

function isComment(token: string): boolean {
  return token.startsWith('//') || token.startsWith('/*');
}

/** The index after the token at `index`: a comment, a quoted text, a bracketed group, or one character. */
function skipToken(source: string, index: number): number | undefined {
  const character = source[index] as string;
  if (source.startsWith('//', index)) return after(source, '\n', index);
  if (source.startsWith('/*', index)) return after(source, '*/', index + 2);
  if (character === '"' || character === "'" || character === '`') return skipQuoted(source, index);
  if (character in closing) return skipBrackets(source, index);
  return index + 1;
}

function skipBrackets(source: string, start: number): number | undefined {
  const end = closing[source[start] as string];
  let index: number | undefined = start + 1;
  while (index !== undefined && index < source.length) {
    if (source[index] === end) return index + 1;
    index = skipToken(source, index);
  }
  return undefined;
}

function skipQuoted(source: string, start: number): number | undefined {
  for (let index = start + 1; index < source.length; index += 1) {
    if (source[index] === '\\') index += 1;
    else if (source[index] === source[start]) return index + 1;
  }
  return undefined;
}

function after(source: string, end: string, from: number): number | undefined {
  const index = source.indexOf(end, from);
  return index < 0 ? undefined : index + end.length;
}
