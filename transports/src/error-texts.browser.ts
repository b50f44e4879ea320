/** Those of the texts in error-texts.ts that browsers have a use for. */
export const connectionErrorTexts = {
  TRANSPORT_ABORTED: 'The connection was aborted.',
  TRANSPORT_FAILED: 'The connection broke.',
  TRANSPORT_RECEIVE_BUFFER_FULL: 'More came in than may wait.',
} as const;
