/** Something that those who have more to send can wait for. */
export class Drain {
  readonly promise: Promise<void>;
  resolve = (): void => {};

  constructor() {
    this.promise = new Promise((resolve) => (this.resolve = resolve));
  }
}
