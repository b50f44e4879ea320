/** What a client did against RFC 6455, or beyond a limit, and the close code it is told (section 7.4.1). */
export class FrameViolation extends Error {
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.name = 'FrameViolation';
    this.closeCode = closeCode;
  }
}
