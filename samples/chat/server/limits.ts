/** Characters of a message. */
export const maximumTextLength = 1_000;

/** Characters of a name. */
export const maximumNameLength = 24;
