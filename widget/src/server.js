// Requests to the guide. Whatever goes wrong comes back as an error with a `code`, whose wording is in texts.json.

const DEADLINE = 20_000;
const EXPECTED = { message: "messages", history: "messages", copy: "copy", forget: "forgotten" };

/** Ask the guide; resolves to its answer, rejects with an error that has a `code`. */
export async function post(path, body) {
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE),
    });
    answer = await response.json();
  } catch (error) {
    // A body that is no JSON comes from somebody in between: a proxy, the page of a wireless network.
    const inBetween = error instanceof SyntaxError && response?.ok;
    throw problem(error.name === "TimeoutError" ? "too_slow" : response && !inBetween ? "trouble" : "offline");
  }
  if (!response.ok) throw problem(answer.error ?? "trouble");
  if (!answer[EXPECTED[path]]) throw problem("offline");
  return answer;
}

function problem(code) {
  return Object.assign(new Error(code), { code });
}
