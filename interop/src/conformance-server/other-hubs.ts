import { Hub, hubMethod } from '@hubwire/hub-server';
import { invalidOperation } from './invalid-operation.ts';

/** A hub that nobody can reach the methods of. */
export class UncreatableHub extends Hub {
  constructor() {
    super();
    throw invalidOperation('This hub cannot be created.');
  }

  @hubMethod()
  echo(value: unknown): unknown {
    return value;
  }
}
