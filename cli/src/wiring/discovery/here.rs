//! Addresses that each machine has for itself: learnt from others, they mean the machine of whoever announced them.

use leat_discovery::Service;

/// The fact that says which machine a service is on.
pub(super) const BOOT: &str = "boot";

/// Refuses a service at an address such as `127.0.0.1` that is not known to be on this machine, which is called `here`: a token would go to whoever
/// listens there in its place.
pub(crate) fn require_meant(service: &Service, here: Option<&str>) -> Result<(), String> {
    let Some(address) = service.address.as_deref().filter(|address| leat_tls::is_this_machine(address)) else {
        return Ok(());
    };
    let there = service.facts.get(BOOT).map(String::as_str);
    if there.is_some() && there == here {
        return Ok(());
    }
    Err(format!(
        "{address} is each machine's own address, and {} does not say that it is on this one; have it listen where others reach it, or announce \
         such an address",
        service.name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_each_machines_own_means_this_one_where_that_is_said() {
        let on = |url: &str, boot: Option<&str>| {
            let service = Service::midtier("m1", url).unwrap();
            boot.into_iter().fold(service, |service, boot| service.with(BOOT, boot))
        };
        for url in ["http://127.0.0.1:7700", "https://localhost:7700", "http://[::1]:7700"] {
            require_meant(&on(url, Some("a")), Some("a")).unwrap();
            for (there, here) in [(None, None), (None, Some("a")), (Some("a"), None), (Some("b"), Some("a"))] {
                let refused = require_meant(&on(url, there), here).unwrap_err();
                assert!(refused.contains("m1 does not say that it is on this one"), "{refused}");
            }
        }
        require_meant(&on("http://10.0.0.7:7700", None), Some("a")).unwrap();
    }
}
