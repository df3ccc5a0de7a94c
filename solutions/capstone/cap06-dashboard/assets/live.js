// Streams of server-sent events that rest while nobody looks.

/**
 * Follows a stream. `address` is asked for each time it is opened, `events` has what to do by name of event, and `state` is told
 * "live", "lost" or "paused". Returns what opens it anew and what closes it.
 */
export function follow(address, events, state) {
  let source = null;
  let wanted = true;

  function close() {
    source?.close();
    source = null;
  }

  function open() {
    close();
    if (!wanted) return;
    if (document.hidden) {
      state("paused");
      return;
    }
    source = new EventSource(address());
    source.onopen = () => state("live");
    source.onerror = () => {
      state("lost");
      // After an answer that is no stream the browser does not try again by itself.
      if (source?.readyState === EventSource.CLOSED) {
        close();
        setTimeout(open, 5000);
      }
    };
    for (const [name, then] of Object.entries(events)) {
      source.addEventListener(name, (event) => then(JSON.parse(event.data)));
    }
  }

  // A browser opens few connections to one server: tabs that nobody sees must not hold them all.
  document.addEventListener("visibilitychange", () => (document.hidden ? (close(), state("paused")) : open()));
  addEventListener("pagehide", close);
  open();
  return {
    open() {
      wanted = true;
      open();
    },
    close() {
      wanted = false;
      close();
      state("paused");
    },
  };
}
