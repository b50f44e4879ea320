import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { HubConstructor } from '../activation/hub-activator.ts';
import { Hub, hubMethod, isHubServerError } from '../index.ts';
import { evaluate } from '../testing/evaluate.ts';
import { HubMethodTable } from './hub-method-table.ts';

function targetsOf(hubClass: HubConstructor): readonly string[] {
  return Array.from(new HubMethodTable(hubClass).descriptors, ({ name }) => name).toSorted();
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return isHubServerError(error) ? error.code : String(error);
  }
}

describe('HubMethodTable', () => {
  it('exposes what is decorated and nothing else', () => {
    class MixedHub extends Hub {
      readonly field = (): string => 'a function, but no method';
      @hubMethod() shown(): void {}
      hidden(): void {}
      // What TypeScript calls private is an ordinary method at run time.
      private secret(): void {}
      #hard(): void {}
      get computed(): () => void {
        return () => {};
      }
      static helper(): void {}
      use(): void {
        this.secret();
        this.#hard();
      }
      override onConnected(): void {}
    }
    expect(targetsOf(MixedHub)).toEqual(['shown']);
    const table = new HubMethodTable(MixedHub);
    const names = Object.getOwnPropertyNames(Object.prototype).concat(
      Object.getOwnPropertyNames(Hub.prototype),
      Object.getOwnPropertyNames(MixedHub.prototype),
      Object.getOwnPropertyNames(MixedHub),
      ['then', '#hard', 'hard', 'field', 'shown.call', 'clients.all', 'shown ', '', '[object Object]'],
    );
    for (const name of names.filter((candidate) => candidate !== 'shown')) {
      expect(table.find(name), name).toBeUndefined();
    }
  });

  it('finds methods without regard to case', () => {
    class CaseHub extends Hub {
      @hubMethod() sendAll(): void {}
    }
    const table = new HubMethodTable(CaseHub);
    for (const target of ['sendAll', 'SendAll', 'SENDALL', 'sendall']) expect(table.find(target)?.name).toBe('sendAll');
  });

  it('calls a method what its options call it', () => {
    class NamedHub extends Hub {
      @hubMethod({ name: 'chat.send' }) send(): void {}
    }
    const table = new HubMethodTable(NamedHub);
    expect(table.find('Chat.Send')?.name).toBe('chat.send');
    expect(table.find('send')).toBeUndefined();
  });

  it('exposes what the static list names, with options or without', () => {
    class ListHub extends Hub {
      static readonly hubMethods = ['send'];
      send(): void {}
      other(): void {}
    }
    class OptionsHub extends ListHub {
      static override readonly hubMethods = { other: { name: 'another', streams: 1 } } as never;
      override other(_items?: unknown): void {}
    }
    expect(targetsOf(ListHub)).toEqual(['send']);
    expect(targetsOf(OptionsHub)).toEqual(['another', 'send']);
    expect(new HubMethodTable(OptionsHub).find('another')).toMatchObject({ streams: 1 });
  });

  it('exposes inherited methods, and their overrides as they were', () => {
    class BaseHub extends Hub {
      @hubMethod({ name: 'greet' }) hello(): string {
        return 'base';
      }
      @hubMethod() kept(): void {}
    }
    class DerivedHub extends BaseHub {
      override hello(): string {
        return 'derived';
      }
    }
    expect(targetsOf(DerivedHub)).toEqual(['greet', 'kept']);
    expect(new HubMethodTable(DerivedHub).find('greet')?.method).toBe(DerivedHub.prototype.hello);
  });

  it('refuses two methods of one name', () => {
    class CollidingHub extends Hub {
      @hubMethod() send(): void {}
      @hubMethod() SEND(): void {}
    }
    class RenamedHub extends Hub {
      @hubMethod() send(): void {}
      @hubMethod({ name: 'Send' }) other(): void {}
    }
    expect(codeOf(() => new HubMethodTable(CollidingHub))).toBe('HUB_INVALID_METHOD');
    expect(codeOf(() => new HubMethodTable(RenamedHub))).toBe('HUB_INVALID_METHOD');
  });

  it.each(['constructor', 'toString', 'onConnected', 'onDisconnected', 'clients', 'context', '__proto__', 'absent'])(
    'refuses to expose %s by the list',
    (name) => {
      class ListHub extends Hub {
        static readonly hubMethods = [name];
      }
      expect(codeOf(() => new HubMethodTable(ListHub))).toBe('HUB_INVALID_METHOD');
    },
  );

  it('refuses to expose what every hub has by the decorator', () => {
    class ConnectedHub extends Hub {
      @hubMethod() override onConnected(): void {}
    }
    expect(codeOf(() => new HubMethodTable(ConnectedHub))).toBe('HUB_INVALID_METHOD');
  });

  it('does not run a getter that stands where an exposed method was', () => {
    class BaseHub extends Hub {
      @hubMethod() send(): void {}
    }
    class GetterHub extends BaseHub {}
    Object.defineProperty(GetterHub.prototype, 'send', {
      get() {
        throw new Error('ran');
      },
    });
    expect(codeOf(() => new HubMethodTable(GetterHub))).toBe('HUB_INVALID_METHOD');
  });

  it.each([
    ['optional', { optional: 2 }],
    ['streams', { streams: 2 }],
    ['stream positions', { streams: [1] }],
    ['negative positions', { streams: [-1] }],
    ['schemas', { args: [] }],
  ] as const)('refuses %s that the parameters cannot have', (_what, options) => {
    class WrongHub extends Hub {
      static readonly hubMethods = { send: options };
      send(_text: string): void {}
    }
    expect(codeOf(() => new HubMethodTable(WrongHub))).toBe('HUB_INVALID_METHOD');
  });
});

describe('describing methods', () => {
  class ShapesHub extends Hub {
    @hubMethod() none(): void {}
    @hubMethod() two(_a: string, _b: string): void {}
    @hubMethod({ optional: 1 }) optional(_a: string, _b?: string): void {}
    @hubMethod({ optional: 1 }) defaulted(_a: string, _b = 1): void {}
    @hubMethod() rest(_a: string, ..._more: string[]): void {}
    @hubMethod() cancellable(_a: string, signal: AbortSignal): void {
      void signal;
    }
    @hubMethod() abortable(_abortSignal?: AbortSignal): void {}
    @hubMethod({ signal: true }) renamed(_a: string, _s: AbortSignal): void {}
    @hubMethod({ signal: false }) noSignal(_signal: string): void {}
    @hubMethod({ streams: 1 }) upload(_name: string, _items: AsyncIterable<string>): void {}
    @hubMethod({ streams: [0] }) uploadFirst(_items: AsyncIterable<string>, _name: string): void {}
    @hubMethod() *generator(): Generator<string> {}
    @hubMethod() async *asyncGenerator(): AsyncGenerator<string> {}
  }
  const listHub = class extends Hub {
    static readonly hubMethods = ['defaulted', 'bound'];
    defaulted(_a: string, { b } = { b: 1 }, signal?: AbortSignal): void {
      void b;
      void signal;
    }
    bound(): void {}
  };
  const boundMethod = (_a: string, _b: string): void => {};
  listHub.prototype.bound = Function.prototype.bind.call(boundMethod, null) as never;

  it.each([
    ['none', [0, 0]],
    ['two', [2, 2]],
    ['optional', [1, 2]],
    ['defaulted', [1, 2]],
    ['rest', [1, Infinity]],
    ['cancellable', [1, 1]],
    ['abortable', [0, 0]],
    ['renamed', [1, 1]],
    ['noSignal', [1, 1]],
    ['upload', [2, 2]],
  ] as const)('counts the arguments of %s', (name, [minimumArguments, maximumArguments]) => {
    expect(new HubMethodTable(ShapesHub).find(name)).toMatchObject({ minimumArguments, maximumArguments });
  });

  it('counts defaults by themselves, also without a readable source', () => {
    const table = new HubMethodTable(listHub);
    expect(table.find('defaulted')).toMatchObject({ minimumArguments: 1, maximumArguments: 2, takesSignal: true });
    expect(table.find('bound')).toMatchObject({ minimumArguments: 2, maximumArguments: 2, takesSignal: false });
  });

  it('finds the signal by its name or by the option', () => {
    const table = new HubMethodTable(ShapesHub);
    const taking = Array.from(table.descriptors).filter(({ takesSignal }) => takesSignal);
    expect(taking.map(({ name }) => name)).toEqual(['cancellable', 'abortable', 'renamed']);
  });

  it('knows streams by position and generators as streams', () => {
    const table = new HubMethodTable(ShapesHub);
    expect(table.find('upload')?.streamPositions).toEqual([1]);
    expect(table.find('uploadFirst')?.streamPositions).toEqual([0]);
    expect(table.find('generator')?.answers).toBe('stream');
    expect(table.find('asyncGenerator')?.answers).toBe('stream');
    expect(table.find('two')?.answers).toBe('unknown');
  });
});

describe('@hubMethod()', () => {
  const source = `class DecoratedHub extends Hub { @hubMethod({ name: 'say' }) send(a, b) { return a + b; } }; return DecoratedHub;`;
  const compile = (experimentalDecorators: boolean): HubConstructor => {
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, experimentalDecorators },
    });
    return evaluate(outputText, { Hub, hubMethod }) as HubConstructor;
  };

  it.each([
    ['legacy', true],
    ['standard', false],
  ])('works as a %s decorator', (_kind, isLegacy) => {
    expect(targetsOf(compile(isLegacy))).toEqual(['say']);
  });

  it('stands on public methods of instances only', () => {
    const method = (): void => {};
    const decorate = hubMethod() as (...args: unknown[]) => void;
    const refused: readonly (readonly unknown[])[] = [
      [method, { kind: 'method', name: 'm', static: true, private: false }],
      [method, { kind: 'method', name: '#m', static: false, private: true }],
      [method, { kind: 'method', name: Symbol('m'), static: false, private: false }],
      [method, { kind: 'getter', name: 'm', static: false, private: false }],
      [Hub, 'm', { value: method }],
      [{}, 'm', { get: method }],
      [{}, 'm', undefined],
      [{}, Symbol('m'), { value: method }],
    ];
    for (const args of refused) expect(codeOf(() => decorate(...args))).toBe('HUB_INVALID_METHOD');
  });
});
