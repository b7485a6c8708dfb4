/* check.ts - tests as sentences, for a client that has no test runner. */

/* What openapi-fetch answers. */
interface Answer<Data, Problem> {
  data?: Data;
  error?: Problem;
  response: Response;
}

export async function test(sentence: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    console.log(`ok ${sentence}`);
  } catch (error) {
    console.log(`not ok ${sentence}`);
    console.log(String(error).replace(/^/gm, "# "));
  }
}

export function equal<Value>(got: Value, want: Value): void {
  const [is, should] = [JSON.stringify(got), JSON.stringify(want)];
  if (is !== should) throw new Error(`wanted ${should}, got ${is}`);
}

/* The data of an answer that has to be a success. */
export async function done<Data, Problem>(
  asked: Promise<Answer<Data, Problem>>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await asked;
  if (data === undefined || data === null)
    throw new Error(`${response.url} ${response.status} ${JSON.stringify(error)}`);
  return data;
}

/* The problem of an answer that has to be a refusal. */
export async function refused<Data, Problem>(
  asked: Promise<Answer<Data, Problem>>,
): Promise<NonNullable<Problem>> {
  const { error, response } = await asked;
  if (error === undefined || error === null)
    throw new Error(`${response.url} ${response.status}, not refused`);
  return error;
}
