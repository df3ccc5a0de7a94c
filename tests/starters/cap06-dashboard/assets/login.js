// Logs in with a token in the fragment of the address, as `muster demo` prints it: a fragment is sent to no server and stands in no log.
const token = decodeURIComponent(location.hash.slice(1));
if (token) {
  history.replaceState(null, "", location.pathname + location.search);
  document.querySelector("#token").value = token;
  document.querySelector("form").requestSubmit();
}
