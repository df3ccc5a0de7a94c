//! Generates what `protoc` would, from a description in Rust.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let say = Method::builder()
        .name("say")
        .route_name("Say")
        .input_type("crate::message::Said")
        .output_type("crate::message::Said")
        .codec_path("tonic_prost::ProstCodec")
        .build();
    let echo = Service::builder()
        .name("Echo")
        .package("bench")
        .method(say)
        .build();
    Builder::new().compile(&[echo]);
}
