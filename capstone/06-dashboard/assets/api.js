// Asks the server.

/** Returns the answer to a question, or throws the server's own sentence. */
export async function ask(path, values = {}) {
  const query = new URLSearchParams(values).toString();
  let response;
  try {
    response = await fetch(query ? `${path}?${query}` : path, { headers: { accept: "application/json" } });
  } catch {
    throw new Error("The hub cannot be reached.");
  }
  if (response.status === 401) {
    location.assign(location.pathname === "/" ? "/login" : `/login?next=${location.pathname}`);
    // The page is left: nobody should go on with an answer that is none.
    return new Promise(() => {});
  }
  const answer = await response.json().catch(() => ({ error: `The hub answers with status ${response.status}.` }));
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
