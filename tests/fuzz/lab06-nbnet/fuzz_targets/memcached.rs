//! A memcached, beside which a map keeps what it should.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nbnet_fuzz::cache::Model;
use nbnet_fuzz::memcached::{Memcached, Settings};
use nbnet_fuzz::talk::{Nobody, Office, pieces, play, widened};

thread_local! {
    static OFFICE: Office = Office::open();
}

/// What the items may cost: more than comes in one run, so that nothing makes room.
const MEMORY: u64 = 64 << 20;

fuzz_target!(|data: &[u8]| {
    let Some((&[settings, mark, seed, longest], bytes)) = data.split_first_chunk() else {
        return;
    };
    let settings = Settings {
        threads: 1 + usize::from(settings & 3),
        memory: MEMORY,
        max_item: if settings & 4 == 0 { 20 } else { 1000 },
    };
    let mark = usize::from(mark) * 16;
    let bytes = &widened(bytes)[..];
    OFFICE.with(|office| {
        let mut model = Model::new(settings.max_item);
        let cut = play(
            &Memcached::new(settings),
            office,
            mark,
            pieces(bytes, seed, longest),
            &mut model,
        );
        // Which store a key is in, and so which number its item gets, is another with every start.
        if model.gave_up || settings.threads > 1 {
            return;
        }
        let whole = play(
            &Memcached::new(settings),
            office,
            mark,
            std::iter::once(bytes),
            &mut Nobody,
        );
        assert_eq!((whole.end, whole.left), (cut.end, cut.left));
        // Other numbers than these are the same in both.
        let timeless = |said: &[u8]| -> Vec<Vec<u8>> {
            let lines = said.split(|&byte| byte == b'\n').map(<[u8]>::to_vec);
            lines
                .filter(|line| !line.starts_with(b"STAT time") && !line.starts_with(b"STAT uptime"))
                .collect()
        };
        if whole.said != cut.said {
            assert_eq!(timeless(&whole.said), timeless(&cut.said));
        }
    });
});
