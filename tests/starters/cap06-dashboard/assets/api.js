// Asks the server, and tells it what to do.

/** Returns the answer to a question, or throws the server's own sentence. */
export async function ask(path, values = {}) {
  const query = new URLSearchParams(values).toString();
  return answer(query ? `${path}?${query}` : path, { headers: { accept: "application/json" } });
}

let who = null;

/** Returns who is logged in: `name`, `role`, and the word that goes with each change. */
export function me() {
  // What fails is asked again by the next one who wants to know.
  who ??= ask("/api/v1/me").catch((error) => {
    who = null;
    throw error;
  });
  return who;
}

/** Has something done, or throws the server's own sentence. */
export async function tell(what, values) {
  const { csrf } = await me();
  const headers = { accept: "application/json", "content-type": "application/json" };
  if (csrf) headers["x-csrf-token"] = csrf;
  return answer(`/api/v1/do/${what}`, { method: "POST", headers, body: JSON.stringify(values) });
}

async function answer(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The hub cannot be reached.");
  }
  if (response.status === 401) {
    location.assign(location.pathname === "/" ? "/login" : `/login?next=${location.pathname}`);
    // The page is left: nobody should go on with an answer that is none.
    return new Promise(() => {});
  }
  const answer = await response.json().catch(() => ({ error: `The hub answers with status ${response.status}.` }));
  if (!response.ok) throw Object.assign(new Error(answer.error), { line: answer.more?.line, status: response.status });
  return answer;
}
