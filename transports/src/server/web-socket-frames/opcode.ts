/** RFC 6455, section 5.2. From `close` on they are control frames; the others, up to 0xf, are reserved. */
export const opcode = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;
