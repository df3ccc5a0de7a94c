//! How it is started, and how it ends.

use rustix::process::Signal;
use support::Case;

use super::serve;
use super::talk::Talk;

pub(super) fn wrong_usage_is_status_2(case: &mut Case) {
    for (args, named) in [
        (&[][..], "--listen"),
        (&["--listen"], "--listen"),
        (&["--listen", "here"], "--listen"),
        (&["--listen", "127.0.0.1:0", "--max-body", "many"], "--max-body"),
        (&["--listen", "127.0.0.1:0", "--threads", "0"], "--threads"),
        (&["--listen", "127.0.0.1:0", "--https"], "--https"),
        (&["--listen", "127.0.0.1:0", "more"], "more"),
    ] {
        let ended = case.program("rpc").args(["jsonrpc"]).args(args).run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, named);
        case.expect_stdout(&ended, "");
    }
}

pub(super) fn it_ends_when_it_is_told_to(case: &mut Case) {
    for options in [&[][..], &["--http"]] {
        for signal in [Signal::TERM, Signal::INT] {
            let mut server = serve(case, options);
            let mut idle = Talk::connect(server.address);
            idle.send("\n");
            server.settle(case);
            server.signal(signal);
            let over = idle.is_over();
            server.expect(
                case,
                over,
                "the end of a connection on which nothing was asked",
                idle.state(),
            );
            drop(idle);
            let ended = server.wait();
            case.expect_status(&ended, 0);
        }
    }
}
