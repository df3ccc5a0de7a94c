//! The judge beside a plain model, which has neither states nor timers: it works everything out of the whole history, by looking back.
