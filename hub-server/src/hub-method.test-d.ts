import { type } from 'arktype';
import { number as valibotNumber } from 'valibot';
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { Hub, hubMethod, stream, type HubConstructor } from './index.ts';

describe('@hubMethod() as a legacy decorator', () => {
  it('fits methods of every kind', () => {
    class FittingHub extends Hub {
      @hubMethod() none(): void {}
      @hubMethod() async plain(_text: string, _count: number): Promise<number> {
        return 1;
      }
      @hubMethod() generic<T>(value: T): T {
        return value;
      }
      @hubMethod() rest(..._texts: string[]): void {}
      @hubMethod() async *items(_from: number, _signal: AbortSignal): AsyncGenerator<number> {}
      @hubMethod() cancellable(_ms: number, _signal?: AbortSignal): void {}
      @hubMethod() unknown(_value: unknown): unknown {
        return undefined;
      }
      // oxlint-disable-next-line typescript/no-explicit-any -- users write it
      @hubMethod() any(value: any): any {
        return value;
      }
      @hubMethod({ streams: 1 }) upload(_name: string, _chunks: AsyncIterable<string>): void {}
    }
    expectTypeOf(FittingHub).toExtend<HubConstructor>();
  });

  it('asks for the number of parameters that may be left out', () => {
    class OptionalHub extends Hub {
      // @ts-expect-error optional is missing
      @hubMethod() optional(_text: string, _at?: Date): void {}
      // @ts-expect-error optional is missing
      @hubMethod() beforeSignal(_text?: string, _signal?: AbortSignal): void {}
      // @ts-expect-error optional is missing
      @hubMethod({ name: 'Other' }) named(_at?: Date): void {}
      @hubMethod({ optional: 1 }) counted(_text: string, _at?: Date): void {}
      @hubMethod({ optional: 1 }) withDefault(_text = 'x', _signal?: AbortSignal): void {}
    }
    expectTypeOf(OptionalHub).toExtend<HubConstructor>();
  });

  it('holds parameters against their schemas', () => {
    class SchemaHub extends Hub {
      @hubMethod({ args: [z.string(), z.number().int()] }) zod(_text: string, _count: number): void {}
      @hubMethod({ args: [valibotNumber()] }) valibot(_count: number): void {}
      @hubMethod({ args: [type({ name: 'string' })] }) arktype(_user: { name: string }): void {}
      @hubMethod({ args: [z.string().transform(Number)] }) transformed(_count: number): void {}
      @hubMethod({ args: [z.string(), z.number().optional()] }) optional(_text: string, _count?: number): void {}
      @hubMethod({ args: [z.string()] }) signal(_text: string, _signal: AbortSignal): void {}
      @hubMethod({ args: [z.string()] }) wider(_text: string | number): void {}
      @hubMethod({ args: [stream(z.number()), z.string()] }) upload(_n: AsyncIterable<number>, _name: string): void {}

      // @ts-expect-error another type
      @hubMethod({ args: [z.string()] }) otherType(_count: number): void {}
      // @ts-expect-error too few schemas
      @hubMethod({ args: [z.string()] }) tooFew(_text: string, _count: number): void {}
      // @ts-expect-error too many schemas
      @hubMethod({ args: [z.string(), z.number()] }) tooMany(_text: string): void {}
      // @ts-expect-error what the schema takes is not what it gives
      @hubMethod({ args: [z.string().transform(Number)] }) input(_text: string): void {}
      // @ts-expect-error the schema allows undefined
      @hubMethod({ args: [z.string().optional()] }) notOptional(_text: string): void {}
      // @ts-expect-error items of another type
      @hubMethod({ args: [stream(z.number())] }) otherItems(_texts: AsyncIterable<string>): void {}
      // @ts-expect-error a stream, not a value
      @hubMethod({ args: [stream(z.number())] }) noStream(_count: number): void {}
    }
    expectTypeOf(SchemaHub).toExtend<HubConstructor>();
  });

  it('counts the names of parameters', () => {
    class NamingHub extends Hub {
      @hubMethod({ parameters: ['a', 'b'] }) two(_a: number, _b: string): void {}
      @hubMethod({ parameters: ['a', 'b'], optional: 1 }) optional(_a: number, _b?: string): void {}
      @hubMethod({ parameters: ['a'] }) signal(_a: number, _signal: AbortSignal): void {}
      @hubMethod({ parameters: ['a'] }) rest(_a: number, ..._more: string[]): void {}
      @hubMethod({ parameters: ['a'], args: [z.number()] }) schema(_a: number): void {}
      // @ts-expect-error too few names
      @hubMethod({ parameters: ['a'] }) tooFew(_a: number, _b: string): void {}
      // @ts-expect-error too many names
      @hubMethod({ parameters: ['a', 'signal'] }) tooMany(_a: number, _signal: AbortSignal): void {}
    }
    expectTypeOf(NamingHub).toExtend<HubConstructor>();
  });

  it('holds results and items against their schemas', () => {
    class ResultHub extends Hub {
      @hubMethod({ result: z.number() }) async count(): Promise<number> {
        return 1;
      }
      @hubMethod({ item: z.number() }) async *numbers(): AsyncGenerator<number> {}
      @hubMethod({ item: z.number() }) *generated(): Generator<number> {}
      // @ts-expect-error another result
      @hubMethod({ result: z.number() }) async text(): Promise<string> {
        return '';
      }
      // @ts-expect-error other items
      @hubMethod({ item: z.number() }) async *texts(): AsyncGenerator<string> {}
    }
    expectTypeOf(ResultHub).toExtend<HubConstructor>();
  });
});

describe('@hubMethod() as a standard decorator', () => {
  const context = {} as ClassMethodDecoratorContext;

  it('makes the same checks', () => {
    expectTypeOf(hubMethod()((_text: string) => {}, context)).toBeVoid();
    hubMethod({ args: [z.string()] })((_text: string, _signal: AbortSignal) => {}, context);
    // @ts-expect-error optional is missing
    hubMethod()((_text?: string) => {}, context);
    // @ts-expect-error another type
    hubMethod({ args: [z.string()] })((_count: number) => {}, context);
  });
});
