// Streams of server-sent events that rest while nobody looks.

/** How long to wait after an answer that is no stream; for a connection that is lost the server says it. */
const PATIENCE = 5000;

/**
 * Follows a stream. `address` is asked for each time it is opened, `events` has what to do by name of event, and `state` is told
 * "live", "lost" or "paused". Returns what ends it.
 */
export function follow(address, events, state) {
  const over = new AbortController();
  let source = null;
  let timer = 0;

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function open() {
    close();
    if (document.hidden) {
      state("paused");
      return;
    }
    source = new EventSource(address());
    source.onopen = () => state("live");
    source.onerror = () => {
      state("lost");
      // The browser tries again by itself, but not after an answer that is no stream.
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, PATIENCE);
    };
    for (const [name, then] of Object.entries(events)) {
      source.addEventListener(name, (event) => then(JSON.parse(event.data)));
    }
  }

  // A browser opens few connections to one server: tabs that nobody sees must not hold them all.
  document.addEventListener("visibilitychange", open, { signal: over.signal });
  addEventListener("pagehide", close, { signal: over.signal });
  addEventListener("pageshow", (event) => event.persisted && open(), { signal: over.signal });
  open();
  return () => {
    over.abort();
    close();
    state("paused");
  };
}
