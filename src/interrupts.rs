//! Waiting for the signals that interrupt a run.

use tokio::sync::watch;

/// Waits for the given number of signals; never returns if they are no longer counted.
pub async fn wait_for_signals(mut interrupts: watch::Receiver<u8>, times: u8) {
    if interrupts.wait_for(|count| *count >= times).await.is_err() {
        std::future::pending::<()>().await;
    }
}
