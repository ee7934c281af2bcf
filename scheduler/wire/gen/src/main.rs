//! Writes the Rust of `leat-wire`'s protocols; its test compares that with what is checked in.

mod protocols;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for protocol in protocols::ALL {
        let file = protocol.file();
        std::fs::write(&file, protocol.text()?)?;
        println!("wrote {}", file.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_checked_in_is_what_the_protocols_say() -> Result<(), Box<dyn std::error::Error>> {
        for protocol in super::protocols::ALL {
            let (file, made) = (protocol.file(), protocol.text()?);
            let kept = std::fs::read_to_string(&file)?;
            assert!(made == kept, "{} is not that of its protocol any more: run `cargo xtask gen`", file.display());
        }
        Ok(())
    }
}
