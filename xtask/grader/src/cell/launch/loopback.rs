//! The loopback of a new network namespace, which is down at first.

use std::io;

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};

use super::{Doing, Result};

/// `struct nlmsghdr` and `struct ifinfomsg`.
const HEADER: usize = 16;
const LENGTH: usize = HEADER + 16;

/// Switches the loopback on, by one message of rtnetlink.
///
/// Source: netlink(7), rtnetlink(7). The loopback is interface 1 of every network namespace.
pub(super) fn up() -> Result {
    const RTM_NEWLINK: u16 = 16;
    const NLM_F_REQUEST_ACK: u16 = 1 | 4;
    const IFF_UP: u32 = 1;
    let mut message = Vec::with_capacity(LENGTH);
    message.extend((LENGTH as u32).to_ne_bytes());
    message.extend(RTM_NEWLINK.to_ne_bytes());
    message.extend(NLM_F_REQUEST_ACK.to_ne_bytes());
    message.extend([0; 8]); // sequence, port
    message.extend([0; 4]); // family, padding, type
    message.extend(1i32.to_ne_bytes()); // index
    message.extend(IFF_UP.to_ne_bytes()); // flags
    message.extend(IFF_UP.to_ne_bytes()); // which of them change
    let answer = ask(&message).doing(|| "switching the loopback on".to_owned())?;
    let code = answer
        .get(HEADER..HEADER + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map(i32::from_ne_bytes);
    match code {
        Some(0) => Ok(()),
        Some(code) => Err(io::Error::from_raw_os_error(-code)),
        None => Err(io::Error::other("a short answer")),
    }
    .doing(|| "switching the loopback on".to_owned())
}

fn ask(message: &[u8]) -> io::Result<Vec<u8>> {
    // Protocol 0 is NETLINK_ROUTE.
    let socket = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        None,
    )?;
    send(&socket, message, SendFlags::empty())?;
    let mut answer = vec![0; 4096];
    let (got, _) = recv(&socket, &mut answer[..], RecvFlags::empty())?;
    answer.truncate(got);
    Ok(answer)
}
