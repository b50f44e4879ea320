import { HubException } from '../errors.ts';
import { itemSchemaOf, type SchemaIssue, type StandardSchema } from '../standard-schema.ts';
import { errorTexts } from './error-texts.ts';
import { HubCallError } from './hub-call-error.ts';
import type { HubMethodDescriptor } from './hub-method-descriptor.ts';
import { isPromiseLike, whenReady, type MaybePromise } from './maybe-promise.ts';

/**
 * The arguments as their schemas give them back; uploaded streams become streams of checked items. Throws or rejects
 * with `HUB_INVALID_ARGUMENTS`, whose text names the argument and what is wrong with it.
 */
export function validateArguments(
  { name, guard }: HubMethodDescriptor,
  args: readonly unknown[],
): MaybePromise<readonly unknown[]> {
  const schemas = guard?.args;
  if (schemas === undefined) return args;
  const checked = schemas.map((schema, position) => {
    const itemSchema = itemSchemaOf(schema);
    const what = `Argument ${position + 1}`;
    if (itemSchema !== undefined) {
      return checkedItems(
        args[position] as AsyncIterable<unknown>,
        itemSchema,
        (issues) => new HubException(describeIssues(`${what}, item`, issues)),
      );
    }
    return parse(schema as StandardSchema, args[position], (issues) => {
      const cause = new HubException(describeIssues(what, issues));
      return new HubCallError('HUB_INVALID_ARGUMENTS', errorTexts.cannotBind(name), cause);
    });
  });
  return checked.some(isPromiseLike) ? Promise.all(checked) : checked;
}

/** The result as its schema gives it back. What is wrong with it is the server's own affair. */
export function validateResult({ name, guard }: HubMethodDescriptor, result: unknown): MaybePromise<unknown> {
  if (guard?.result === undefined) return result;
  return parse(guard.result, result, (issues) => {
    const cause = new Error(describeIssues('The result', issues));
    return new HubCallError('HUB_INVALID_RESULT', errorTexts.cannotBind(name), cause);
  });
}

/** A stream whose items are as their schema gives them back; it fails at the first that is not valid. */
export function validateItems({ guard }: HubMethodDescriptor, items: AsyncIterator<unknown>): AsyncIterator<unknown> {
  if (guard?.item === undefined) return items;
  const source = { [Symbol.asyncIterator]: () => items };
  return checkedItems(source, guard.item, (issues) => new Error(describeIssues('An item', issues)));
}

type ErrorOf = (issues: readonly SchemaIssue[]) => Error;

function parse(schema: StandardSchema, value: unknown, errorOf: ErrorOf): MaybePromise<unknown> {
  return whenReady(schema['~standard'].validate(value), (result) => {
    if (result.issues === undefined) return result.value;
    throw errorOf(result.issues);
  });
}

async function* checkedItems(items: AsyncIterable<unknown>, schema: StandardSchema, errorOf: ErrorOf): AsyncGenerator {
  for await (const item of items) yield await parse(schema, item, errorOf);
}

function describeIssues(what: string, issues: readonly SchemaIssue[]): string {
  return issues.map((issue) => `${what}${describePath(issue)}: ${issue.message}`).join('; ');
}

function describePath({ path = [] }: SchemaIssue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  return keys.length === 0 ? '' : ` at '${keys.join('.')}'`;
}
