//! The server: its routes and its life.

use std::net::TcpListener;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use axum::{Router, serve as serve_router};

use crate::api::{self, Failure};
use crate::error::{Error, Result};
use crate::listener::{Bounded, Peer};
use crate::state::State;
use crate::{assets, desk, guard, headers, login, prometheus};

/// The most bytes of a question's body: a token and a place.
const LONGEST_BODY: usize = 4096;

/// How long answers may take to be finished after [`State::stop`].
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Serves the pages on a socket that listens, until [`State::stop`]. It takes a thread of its own.
///
/// # Errors
/// [`Error::Serve`] if the system does not let it.
pub fn serve(listener: TcpListener, state: State) -> Result<()> {
    serve_with(listener, state, Router::new())
}

/// Serves also what else there is to ask for, for which one has to be logged in as for all of it.
///
/// # Errors
/// As [`serve`].
pub fn serve_with(listener: TcpListener, state: State, more: Router<State>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("dashboard")
        .enable_all()
        .build()
        .map_err(Error::Serve)?;
    let result = runtime.block_on(async {
        listener.set_nonblocking(true).map_err(Error::Serve)?;
        let listener = Bounded::new(tokio::net::TcpListener::from_std(listener).map_err(Error::Serve)?);
        let (stop, limit) = (state.clone(), state.clone());
        let service = routes(state, more).into_make_service_with_connect_info::<Peer>();
        let server =
            serve_router(listener, service).with_graceful_shutdown(async move { stop.stopped().await });
        tokio::select! {
            result = server => result.map_err(Error::Serve),
            () = async { limit.stopped().await; tokio::time::sleep(LAST_ANSWERS).await } => Ok(()),
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

fn routes(state: State, more: Router<State>) -> Router {
    Router::new()
        .route("/", get(assets::fleet))
        .route("/hosts/{id}", get(assets::host))
        .route("/alarms", get(assets::alarms))
        .route("/rules", get(assets::rules))
        .route("/api/v1/alarms", get(api::alarms))
        .route("/api/v1/hosts", get(api::hosts))
        .route("/api/v1/hosts/{id}", get(api::host))
        .route("/api/v1/hosts/{id}/events", get(api::host_events))
        .route("/api/v1/range", get(api::range))
        .route("/api/v1/events", get(api::fleet_events))
        .merge(prometheus::routes())
        .merge(desk::routes())
        .merge(more.layer(from_fn(guard::operators)))
        .route_layer(from_fn_with_state(state.clone(), guard::logged_in))
        .route_layer(from_fn(headers::own))
        // From here on without log-in.
        .route("/login", get(login::page).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/assets/{name}", get(assets::file))
        .fallback(|uri: Uri| async move {
            Failure::new(
                StatusCode::NOT_FOUND,
                format!("There is nothing at {}.", uri.path()),
            )
        })
        .method_not_allowed_fallback(|| async {
            Failure::new(StatusCode::METHOD_NOT_ALLOWED, "This cannot be done here.")
        })
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn(headers::strict))
        .with_state(state)
}
