/** What connections fail with when nothing more is known: the other codes always come with a text of their own. */
export const connectionErrorTexts = {
  TRANSPORT_ABORTED: 'The connection was aborted.',
  TRANSPORT_CLOSED: 'The connection is closed.',
  TRANSPORT_FAILED: 'The connection broke.',
  TRANSPORT_NEVER_USED: 'It was never used.',
  TRANSPORT_DISCONNECTED: 'The client did not come back.',
  TRANSPORT_SEND_TIMEOUT: 'The peer stopped reading.',
  TRANSPORT_FRAME_TOO_LARGE: 'The peer sent too much at once.',
  TRANSPORT_RECEIVER_FAILED: 'The owner of the connection threw.',
  TRANSPORT_RECEIVE_BUFFER_FULL: 'More came in than may wait.',
  TRANSPORT_UNAUTHENTICATED: 'Authentication required',
} as const;
