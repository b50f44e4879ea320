/** The frames of a server one by one, as text; throws for bytes that are none. */
export function splitServerFrames(bytes: Buffer): string[] {
  const frames: string[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const short = bytes[offset + 1]!;
    if (short > 127) throw new Error('A server must not mask.');
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(offset + 2) : Number(bytes.readBigUInt64BE(offset + 2));
    const end = offset + headBytes + length;
    if (end > bytes.length) throw new Error('A frame is cut short.');
    frames.push(`${bytes[offset]!.toString(16)} ${bytes.toString('latin1', offset + headBytes, end)}`);
    offset = end;
  }
  return frames;
}
