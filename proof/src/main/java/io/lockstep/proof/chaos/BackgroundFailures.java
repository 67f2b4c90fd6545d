package io.lockstep.proof.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Exceptions of one run's background tasks: the agent logs them and goes on, a run must not. Everything else that is logged is kept
 * quiet, since a run logs more than anybody reads.
 */
final class BackgroundFailures extends Handler implements AutoCloseable {

    /** Kept, so that their levels are. */
    private static final Logger ALL = Logger.getLogger("io.lockstep");

    private static final Logger WAKERS = Logger.getLogger("io.lockstep.agent.work.Waker");

    private final long thread = Thread.currentThread().threadId();
    private final List<String> seen = new ArrayList<>();

    BackgroundFailures() {
        ALL.setLevel(Level.OFF);
        WAKERS.setLevel(Level.SEVERE);
        WAKERS.setUseParentHandlers(false);
        WAKERS.addHandler(this);
    }

    List<String> seen() {
        return seen;
    }

    @Override
    public void publish(LogRecord entry) {
        Throwable failure = entry.getThrown();
        // A kill is no failure, and another thread's run is another one.
        if (failure instanceof Exception && Thread.currentThread().threadId() == thread) {
            seen.add("a background task failed: " + failure + " at "
                    + Arrays.stream(failure.getStackTrace()).limit(8).toList());
        }
    }

    @Override
    public void flush() {
        // Nothing waits.
    }

    @Override
    public void close() {
        WAKERS.removeHandler(this);
    }
}
