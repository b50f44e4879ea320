/**
 * A schema of any library that follows Standard Schema (standardschema.dev), version 1: zod, valibot, arktype and
 * others. Values are checked by it and replaced by what it makes of them.
 */
export interface StandardSchema<TInput = unknown, TOutput = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaResult<TOutput> | Promise<SchemaResult<TOutput>>;
    /** For the type checker alone. */
    readonly types?: { readonly input: TInput; readonly output: TOutput } | undefined;
  };
}

export type SchemaResult<TOutput> =
  | { readonly value: TOutput; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes. */
export type SchemaInput<TSchema extends StandardSchema> = NonNullable<TSchema['~standard']['types']>['input'];

/** What a schema makes of what it takes. */
export type SchemaOutput<TSchema extends StandardSchema> = NonNullable<TSchema['~standard']['types']>['output'];

const streamBrand = Symbol.for('@hubwire/hub-server/StreamSchema');

/** Stands among the schemas of a method's arguments for a stream that the client uploads. */
export interface StreamSchema<TItem extends StandardSchema = StandardSchema> {
  readonly [streamBrand]: TItem;
}

/**
 * An uploaded stream at this position of the arguments, each of whose items is checked by a schema.
 *
 * @example
 * @hubMethod({ args: [z.string(), stream(z.number())] })
 * async upload(name: string, numbers: AsyncIterable<number>): Promise<void> { … }
 */
export function stream<TItem extends StandardSchema>(item: TItem): StreamSchema<TItem> {
  return { [streamBrand]: item };
}

/** The schema of an uploaded stream's items; `undefined` when this is the schema of a plain argument. */
export function itemSchemaOf(schema: StandardSchema | StreamSchema): StandardSchema | undefined {
  return streamBrand in schema ? schema[streamBrand] : undefined;
}
