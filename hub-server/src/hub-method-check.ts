import type { SchemaInput, SchemaOutput, StandardSchema, StreamSchema } from './standard-schema.ts';

/** `unknown` when the options of `@hubMethod()` describe the method; otherwise a text that says what is wrong. */
export type CheckedMethod<TMethod, TOptions> = TMethod extends (...args: infer TArgs) => infer TResult
  ? FirstText<
      [
        CheckedArguments<WithoutSignal<TArgs>, TOptions>,
        CheckedParameters<Required<WithoutSignal<TArgs>>['length'], TOptions>,
        CheckedResult<TResult, TOptions>,
        CheckedItems<TResult, TOptions>,
      ]
    >
  : unknown;

type FirstText<TTexts extends readonly unknown[]> = TTexts extends readonly [infer TFirst, ...infer TRest]
  ? TFirst extends string
    ? TFirst
    : FirstText<TRest>
  : unknown;

type CheckedArguments<TArgs extends readonly unknown[], TOptions> = TOptions extends {
  readonly args: infer TSchemas extends readonly (StandardSchema | StreamSchema)[];
}
  ? CheckedSchemas<Required<TArgs>, ArgumentsOf<TSchemas>, TArgs>
  : TOptions extends { readonly optional: number }
    ? true
    : HasOptional<TArgs> extends true
      ? 'Parameters that may be left out have to be counted: @hubMethod({ optional: 1 })'
      : true;

type CheckedSchemas<
  TRequired extends readonly unknown[],
  TGiven extends readonly unknown[],
  TArgs extends readonly unknown[],
> = TRequired['length'] extends TGiven['length']
  ? TGiven extends TArgs
    ? true
    : "The schemas in 'args' give other types than the parameters have"
  : "'args' has to hold one schema for each parameter but the signal";

/** A method with a rest parameter has no count to hold the names against before it is mapped. */
type CheckedParameters<TCount, TOptions> = TOptions extends {
  readonly parameters: infer TNames extends readonly string[];
}
  ? number extends TCount | TNames['length']
    ? true
    : TCount extends TNames['length']
      ? true
      : "'parameters' has to name each parameter but the signal"
  : true;

type CheckedResult<TResult, TOptions> = TOptions extends { readonly result: infer TSchema extends StandardSchema }
  ? Awaited<TResult> extends SchemaInput<TSchema>
    ? true
    : "The schema in 'result' takes another type than the method returns"
  : true;

type CheckedItems<TResult, TOptions> = TOptions extends { readonly item: infer TSchema extends StandardSchema }
  ? Awaited<TResult> extends AsyncIterable<SchemaInput<TSchema>> | Iterable<SchemaInput<TSchema>>
    ? true
    : "The schema in 'item' takes another type than the method streams"
  : true;

type ArgumentsOf<TSchemas extends readonly (StandardSchema | StreamSchema)[]> = {
  -readonly [TIndex in keyof TSchemas]: TSchemas[TIndex] extends StreamSchema<infer TItem>
    ? AsyncIterable<SchemaOutput<TItem>>
    : TSchemas[TIndex] extends StandardSchema
      ? SchemaOutput<TSchemas[TIndex]>
      : never;
};

type WithoutSignal<TArgs extends readonly unknown[]> =
  Required<TArgs> extends readonly [...infer TRest, AbortSignal]
    ? TArgs extends readonly [...infer TKept, unknown]
      ? TKept
      : FirstOf<TArgs, TRest['length']>
    : TArgs;

/** The first elements of a tuple, as many as are asked for, with those optional that were so. */
type FirstOf<
  TArgs extends readonly unknown[],
  TCount,
  TTaken extends readonly unknown[] = [],
> = Required<TTaken>['length'] extends TCount
  ? TTaken
  : TArgs extends readonly [infer TFirst, ...infer TRest]
    ? FirstOf<TRest, TCount, [...TTaken, TFirst]>
    : TArgs extends readonly [(infer TFirst)?, ...infer TRest]
      ? FirstOf<TRest, TCount, [...TTaken, TFirst?]>
      : TTaken;

type HasOptional<TArgs extends readonly unknown[]> = TArgs extends readonly []
  ? false
  : TArgs extends readonly [unknown, ...infer TRest]
    ? HasOptional<TRest>
    : TArgs[number][] extends TArgs
      ? false
      : true;
