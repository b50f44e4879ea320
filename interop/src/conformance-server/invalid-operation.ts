/** An error of the type that the contract names. */
export function invalidOperation(message: string): Error {
  const error = new Error(message);
  error.name = 'InvalidOperationException';
  return error;
}
