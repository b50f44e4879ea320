import { describe, expect, it } from 'vitest';
import { HubClientError, hubClientErrors, HttpError, HubInvocationError, isHubClientError } from './errors.ts';

describe('hubClientErrors', () => {
  it('has codes that tell where they come from, and sentences', () => {
    for (const [code, { message }] of Object.entries(hubClientErrors)) {
      expect(code).toMatch(/^HUB_CLIENT_[A-Z_]+$/);
      expect(message).toMatch(/^[A-Z].*[.:]$/);
    }
  });
});

describe('HubClientError', () => {
  it('carries its code, its sentence with the detail, and its cause', () => {
    const cause = new Error('below');
    const error = new HubClientError('HUB_CLIENT_INVALID_OPTION', 'Which one.', { cause });
    expect(error).toMatchObject({ code: 'HUB_CLIENT_INVALID_OPTION', message: 'An option is not valid. Which one.' });
    expect(error.cause).toBe(cause);
    expect(isHubClientError(error)).toBe(true);
    expect(isHubClientError(new HubInvocationError('x'))).toBe(true);
    expect(isHubClientError(new Error('x'))).toBe(false);
    expect(isHubClientError(undefined)).toBe(false);
  });
});

describe('HttpError', () => {
  it('has the status and the text that @microsoft/signalr gives', () => {
    const error = new HttpError('Not Found', 404);
    expect(error.statusCode).toBe(404);
    expect(error.message).toBe("Not Found: Status code '404'");
  });
});
