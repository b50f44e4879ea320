import type { HubMethodFunction } from '../hub-method.ts';
import { tokensOf } from './source-scanner.ts';

/** One parameter as its function declares it. */
export interface Parameter {
  /** Empty for one that is taken apart (`{ a, b }`). */
  readonly name: string;
  readonly isRest: boolean;
  readonly hasDefault: boolean;
}

/**
 * Reads the parameters of a function from its source: names and defaults exist nowhere else. `undefined` when the
 * source does not show them (native and bound functions).
 */
export function readParameterList(method: HubMethodFunction): readonly Parameter[] | undefined {
  const source = Function.prototype.toString.call(method);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) return undefined;
  let previous = '';
  for (const token of tokensOf(source)) {
    if (token.startsWith('(')) return splitParameters(token.slice(1, -1));
    // An arrow function with one bare parameter: `a => …`.
    if (token === '=') return [{ name: previous, isRest: false, hasDefault: false }];
    previous = token;
  }
  return undefined;
}

function splitParameters(list: string): readonly Parameter[] {
  const parameters: Parameter[] = [];
  let tokens: string[] = [];
  for (const token of tokensOf(list)) {
    if (token !== ',') {
      tokens.push(token);
      continue;
    }
    parameters.push(readParameter(tokens));
    tokens = [];
  }
  if (tokens.length > 0) parameters.push(readParameter(tokens));
  return parameters;
}

function readParameter(tokens: readonly string[]): Parameter {
  const isRest = tokens[0] === '.';
  const name = tokens[isRest ? 3 : 0] ?? '';
  return { name: /^[[{]/.test(name) ? '' : name, isRest, hasDefault: tokens.includes('=') };
}
