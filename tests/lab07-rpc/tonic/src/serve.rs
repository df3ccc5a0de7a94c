//! The server: says back what it is told.

use std::net::SocketAddr;

use tokio::signal::unix::{SignalKind, signal};
use tonic::transport::Server;
use tonic::{Request, Response, Status};

use crate::Result;
use crate::message::{Echo, EchoServer, Said};

/// Workers unless told otherwise.
pub(crate) const THREADS: usize = 2;

struct Service;

#[tonic::async_trait]
impl Echo for Service {
    async fn say(&self, request: Request<Said>) -> std::result::Result<Response<Said>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}

/// Serves until SIGTERM.
pub(crate) async fn serve(address: SocketAddr) -> Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    let over = async move {
        term.recv().await;
    };
    // One service, without a router in front of it: the less a call goes through, the faster it is.
    Server::builder()
        .tcp_nodelay(true)
        .serve_with_shutdown(address, EchoServer::new(Service), over)
        .await?;
    Ok(())
}
