/** An exchange of the specification, section 7, as printed there. */
export interface PrintedExample {
  readonly title: string;
  readonly sent: string;
  /** `undefined` where nothing is to come back. */
  readonly answered: string | undefined;
}

const parseError = '{"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": null}';
const invalidRequest = '{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}';

/** Every example that JSON-RPC 2.0 gives. */
export const printedExamples: readonly PrintedExample[] = [
  {
    title: 'positional parameters',
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
    answered: '{"jsonrpc": "2.0", "result": 19, "id": 1}',
  },
  {
    title: 'positional parameters, the other way round',
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
    answered: '{"jsonrpc": "2.0", "result": -19, "id": 2}',
  },
  {
    title: 'named parameters',
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    answered: '{"jsonrpc": "2.0", "result": 19, "id": 3}',
  },
  {
    title: 'named parameters, the other way round',
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
    answered: '{"jsonrpc": "2.0", "result": 19, "id": 4}',
  },
  {
    title: 'a notification',
    sent: '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}',
    answered: undefined,
  },
  {
    title: 'a notification of a method that does not exist',
    sent: '{"jsonrpc": "2.0", "method": "foobar"}',
    answered: undefined,
  },
  {
    title: 'a method that does not exist',
    sent: '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
    answered: '{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}',
  },
  {
    title: 'invalid JSON',
    sent: '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
    answered: parseError,
  },
  {
    title: 'an invalid request',
    sent: '{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
    answered: invalidRequest,
  },
  {
    title: 'a batch of invalid JSON',
    sent: `[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method"
    ]`,
    answered: parseError,
  },
  { title: 'an empty batch', sent: '[]', answered: invalidRequest },
  { title: 'a batch of one invalid request', sent: '[1]', answered: `[${invalidRequest}]` },
  {
    title: 'a batch of invalid requests',
    sent: '[1,2,3]',
    answered: `[${invalidRequest},${invalidRequest},${invalidRequest}]`,
  },
  {
    title: 'a batch',
    sent: `[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`,
    answered: `[
      {"jsonrpc": "2.0", "result": 7, "id": "1"},
      {"jsonrpc": "2.0", "result": 19, "id": "2"},
      ${invalidRequest},
      {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "5"},
      {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}
    ]`,
  },
  {
    title: 'a batch of notifications',
    sent: `[
      {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
    ]`,
    answered: undefined,
  },
];
