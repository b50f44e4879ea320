/** What the test hub calls on its clients. */
export interface TestClient {
  Connected(connectionId: string): void;
  Disconnected(connectionId: string, error: string | null): void;
  Message(message: string): void;
  CustomObject(value: CustomObject): void;
  StreamCanceled(): void;
  LongRunningCanceled(): void;
  Answer(question: string): string;
}

export interface CustomObject {
  readonly Name: string;
  readonly Value: number;
}

/** Property names go over the wire as written. */
export interface ComplexObject {
  readonly ByteArray: Uint8Array;
  readonly DateTime: string | Date;
  readonly GUID: string;
  readonly IntArray: readonly number[];
  readonly String: string;
}
