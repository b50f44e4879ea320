/** The two kinds of frame in the numbers of `@microsoft/signalr`. */
export const TransferFormat = { Text: 1, Binary: 2 } as const;

export type TransferFormat = (typeof TransferFormat)[keyof typeof TransferFormat];
