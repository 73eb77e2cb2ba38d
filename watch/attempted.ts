/** Does a work that must not stop another one. @returns what gives its result, or throws what it has thrown */
export async function attempted<Result>(work: () => Promise<Result>): Promise<() => Result> {
  try {
    const result = await work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
