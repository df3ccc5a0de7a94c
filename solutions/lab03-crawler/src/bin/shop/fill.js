
async function ask(cursor) {
  const url = cursor === null ? API : API + "?cursor=" + encodeURIComponent(cursor);
  const answer = await fetch(url, { headers: { [HEADER]: list.dataset.token } });
  if (answer.status === 429) {
    const seconds = Number(answer.headers.get("Retry-After"));
    await new Promise((wake) => setTimeout(wake, seconds * 1000));
    return ask(cursor);
  }
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function show(item) {
  const line = document.createElement("li");
  line.dataset.id = item.id;
  for (const part of ["name", "price"]) {
    const field = document.createElement("span");
    field.className = part;
    field.textContent = item[part];
    line.append(field, " ");
  }
  list.append(line);
}

const list = document.getElementById("items");

async function fill() {
  let cursor = null;
  do {
    const page = await ask(cursor);
    page.items.forEach(show);
    cursor = page.next;
  } while (cursor !== null);
  list.dataset.complete = "";
}

fill();
