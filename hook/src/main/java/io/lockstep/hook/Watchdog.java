package io.lockstep.hook;

/**
 * Ends this program when its time is over, in whatever call it is blocked: reading stdin, connecting to an agent whose queue is
 * full, or waiting for an answer.
 */
final class Watchdog extends Thread {

    private final HookCall call;
    private final long deadlineNanos;

    // Guarded by this.
    private long connectNanos;
    private boolean connecting;
    private String doing = "libvirt did not finish sending the domain's XML";

    Watchdog(HookCall call, long millis) {
        super("watchdog");
        this.call = call;
        this.deadlineNanos = System.nanoTime() + millis * 1_000_000;
        setDaemon(true);
    }

    /** A new connect time begins, in which a connection must come about. */
    synchronized void connecting(long millis) {
        connectNanos = Math.min(System.nanoTime() + millis * 1_000_000 - deadlineNanos, 0) + deadlineNanos;
        reconnecting("the agent does not accept a connection");
    }

    /** The connect time goes on. */
    synchronized void reconnecting(String trouble) {
        connecting = true;
        doing = trouble;
        notifyAll();
    }

    synchronized void connected() {
        connecting = false;
        doing = "the agent did not answer in time";
    }

    /** Whether the connect time lasts longer than this. */
    synchronized boolean mayRetry(long pauseMillis) {
        return connectNanos - System.nanoTime() > pauseMillis * 1_000_000;
    }

    /** How long somebody waits for the agent's answer. */
    long remainingMillis() {
        return Math.max(0, (deadlineNanos - System.nanoTime()) / 1_000_000);
    }

    @Override
    public void run() {
        Main.end(Outcome.failure(call, awaitEnd()));
    }

    private synchronized String awaitEnd() {
        while (true) {
            long end = connecting ? connectNanos : deadlineNanos;
            long millis = (end - System.nanoTime() + 999_999) / 1_000_000;
            if (millis <= 0) {
                return doing;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                // nobody interrupts it
            }
        }
    }
}
