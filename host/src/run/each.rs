//! Many things done at once, though not too many.

use tokio::task::JoinSet;

/// Does `work` for each item, so many at once, and answers with the first error. Who stops waiting ends what is at work.
pub(crate) async fn each<I, T, E, F>(
    items: impl IntoIterator<Item = I>,
    at_once: usize,
    work: impl Fn(I) -> F,
    mut done: impl FnMut(T),
) -> Result<(), E>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let mut at_work = JoinSet::new();
    let mut items = items.into_iter();
    loop {
        while at_work.len() < at_once.max(1)
            && let Some(item) = items.next()
        {
            at_work.spawn(work(item));
        }
        match at_work.join_next().await {
            None => return Ok(()),
            Some(Ok(result)) => done(result?),
            // It panicked, and is not cancelled while this is waited for: so does who waits.
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn all_are_done_and_never_too_many_at_once() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = |item: usize| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
                Ok::<usize, String>(item)
            }
        };
        let mut sum = 0;
        each(0..100, 3, work, |item| sum += item).await.unwrap();
        assert_eq!((sum, most.load(Ordering::SeqCst)), (4950, 3));
    }

    #[tokio::test]
    async fn the_first_error_ends_it() {
        let work = |item| async move { if item == 5 { Err("five") } else { Ok(item) } };
        assert_eq!(each(0..100, 1, work, |_| {}).await, Err("five"));
    }
}
