//! Prints the Rust of `leat-wire`'s protocol; its test compares that with what is checked in.

mod host_v1;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", host_v1::text()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_checked_in_is_what_the_protocol_says() -> Result<(), Box<dyn std::error::Error>> {
        let kept = include_str!("../../src/host_v1.rs");
        let made = super::host_v1::text()?;
        assert!(made == kept, "src/host_v1.rs is not that of host.proto any more: run `cargo xtask gen`");
        Ok(())
    }
}
